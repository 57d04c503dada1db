"""SHA-256 of each profile as released; written by ``python -m immunosep_tui.profile.seal``."""

from __future__ import annotations

from collections.abc import Mapping

SEALS: Mapping[str, str] = {
    "protocols/base": "be0c6231a83de44ccbeaf77c498ce6b9a57c136d3ebd3486d77eb594c8b52a44",
    "protocols/immunosep-2025": "7a8d070a377f9fc453714b0657b0a8942c8261bddb69241ebfd01e84e5cfb51e",
    "protocols/provide-2022": "955fa3b3093193be749ad7dd46696a8244baa59f10199eee36d4e0533cd625da",
    "evidence/immunosep-2025": "2f0afc4e7cc22dba51f1cf2c23cbacd12cc5a1c411cfa46e329f084bc3ea43c3",
}
