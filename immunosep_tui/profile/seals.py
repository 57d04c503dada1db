"""SHA-256 of each profile as released; written by ``python -m immunosep_tui.profile.seal``."""

from __future__ import annotations

from collections.abc import Mapping

SEALS: Mapping[str, str] = {
    "protocols/base": "2c6fd9cc5209e246295fa4ab1d32c88a8b7b524b47222df5bdb70666c11a70b3",
    "protocols/immunosep-2025-blinded": "e9e6c3964e0c40d10212153213744b85ff277c9a29ba803b17ff066e09609c09",
    "protocols/immunosep-2025": "23f4b9a52adc6dc04564f8ba83679ca4206bfc69d1164c41b1c5e6e80e04cec3",
    "protocols/provide-2022": "7f86d07071250cbea70f12d10e8eeb15f8dab13b948c2ae482ce7794951dadcc",
    "evidence/claims": "cc1ded8f74eeef9bee7e65f53fa7ab55d41f73a220780405d4fdd235d373041b",
    "evidence/immunosep-2025": "2f0afc4e7cc22dba51f1cf2c23cbacd12cc5a1c411cfa46e329f084bc3ea43c3",
}
