"""SHA-256 of each profile as released; written by ``python -m immunosep_tui.profile.seal``."""

from __future__ import annotations

from collections.abc import Mapping

SEALS: Mapping[str, str] = {
    "protocols/base": "f89ed2e25d4d059eb0b1b3175a80a400fb54767992ef0c26eae17bcb4b75b5f1",
    "protocols/immunosep-2025-blinded": "e9e6c3964e0c40d10212153213744b85ff277c9a29ba803b17ff066e09609c09",
    "protocols/immunosep-2025": "8fb16b97fdcc4b21865a2cb8d73f1502f58017b0a3d1e3fd64f7c22d3af5a8f5",
    "protocols/provide-2022": "7f86d07071250cbea70f12d10e8eeb15f8dab13b948c2ae482ce7794951dadcc",
    "evidence/claims": "cc1ded8f74eeef9bee7e65f53fa7ab55d41f73a220780405d4fdd235d373041b",
    "evidence/immunosep-2025": "2f0afc4e7cc22dba51f1cf2c23cbacd12cc5a1c411cfa46e329f084bc3ea43c3",
}
