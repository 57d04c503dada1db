"""SHA-256 of each profile as released; written by ``python -m immunosep_tui.profile.seal``."""

from __future__ import annotations

from collections.abc import Mapping

SEALS: Mapping[str, str] = {
    "protocols/base": "505baabefcdb5fba69acc93d36a5ce0d1b35f07f3ed7fb4ff4483dcf5b68f329",
    "protocols/immunosep-2025-blinded": "66eb4d98448a9b2693913e7f03c9b92d82f1dcb817db9bfebe44b4dfd92217f7",
    "protocols/immunosep-2025": "6b20a098974b804e63961bd836d86abf48cfa307c7cef6bed525283b634d5345",
    "protocols/provide-2022": "955fa3b3093193be749ad7dd46696a8244baa59f10199eee36d4e0533cd625da",
    "evidence/claims": "cc1ded8f74eeef9bee7e65f53fa7ab55d41f73a220780405d4fdd235d373041b",
    "evidence/immunosep-2025": "2f0afc4e7cc22dba51f1cf2c23cbacd12cc5a1c411cfa46e329f084bc3ea43c3",
}
