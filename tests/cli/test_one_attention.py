"""One attention: over random histories board, open patient, dose, header and both commands say the same."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, tzinfo
from pathlib import Path

import pytest

from immunosep_tui.cli import main
from immunosep_tui.cli.attention import attention_json
from immunosep_tui.record.attention import CALL, STOP
from immunosep_tui.record.clock import Reading
from immunosep_tui.record.standing import standing
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store.drafts import FILE_NAME, Drafts
from immunosep_tui.store.errors import Refused
from immunosep_tui.store.files import open_file
from immunosep_tui.store.store import Store
from immunosep_tui.ward.instants import moment, ms
from immunosep_tui.ward.signature import Signature
from immunosep_tui.ward.signing import parts, sign
from immunosep_tui.ward.ward import Ward
from tests.support.attended import START, ZONE, Attended


class Places:
    """A ward with one patient of a random history, and what each place says of that patient."""

    def __init__(self, folder: Path, protocol: Protocol, seed: object, monkeypatch: pytest.MonkeyPatch) -> None:
        folder.mkdir(mode=0o700)
        self.protocol, self.history, self.path = protocol, Attended(seed), folder / "ward.db"
        self.utc = ms(START)
        places = self

        class Clock(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> Clock:
                return cls.fromtimestamp(places.utc / 1000, tz)

        monkeypatch.setattr("immunosep_tui.cli.patient.datetime", Clock)
        monkeypatch.setattr(Store, "doubt", lambda _store: "")
        monkeypatch.setenv("TZ", "UTC")
        self.utc = self.history.now
        self.store = open_file(self.path, clock=lambda: Reading(self.utc, self.utc * 1_000_000, "boot"))
        drafts = Drafts(folder / FILE_NAME, "ws-1")
        self.ward = Ward(self.store, drafts, lambda: protocol, ZONE, lambda: moment(self.utc))

    def play(self, many: int) -> None:
        """Let it happen, as far as the ledger takes it."""
        for step in self.history.steps(many):
            self.utc = step.at
            try:
                for proposal in step.proposals:
                    follows = len(self.store.chart(proposal.record).entries)
                    self.store.append([proposal], follows)
            except Refused:
                return  # the database guards more than the fold

    def agree(self, capsys: pytest.CaptureFixture[str], is_typed: bool) -> None:
        """Every place says the same of the patient, as it is signed or with what is typed."""
        chart = self.ward.read_again("p")
        sheet = self.ward.get("p")
        listing = self.ward.listing()
        (listed,) = listing.rows
        found = self.ward.attention(sheet)
        assert listed.attention == found == self.ward.row(sheet).attention
        assert (listed.standing.at(self.utc), self.ward.standing(sheet).at(self.utc)) == (found, found)
        assert listed.attention.against_dose == found.against_dose
        counted = () if listed.is_gone else found.items
        assert listing.summary.stops == sum(item.level == STOP for item in counted)
        assert listing.summary.calls == sum(item.level == CALL for item in counted)
        assert [each.item for each in listing.alarms] == ([] if listed.is_gone else list(found.urgent))
        (stop,) = self.ward.listing("nobody is called so").rows or (None,)
        assert (stop is not None) == any(item.level == STOP for item in found.items), "a STOP is listed all the same"
        if is_typed:
            return
        signed = standing(chart, self.protocol, self.ward.settings).at(self.utc)
        assert found == signed
        said = attention_json(signed, self.ward.zone)
        assert main(["patient", "list", "--json", "--store", str(self.path)]) == 0
        (one,) = json.loads(capsys.readouterr().out)["patients"]
        assert main(["patient", "show", "p", "--json", "--store", str(self.path)]) == 0
        other = json.loads(capsys.readouterr().out)["patient"]
        assert one["attention"] == other["attention"] == said
        assert one["course"] == other["course"]

    def type_and_sign(self, capsys: pytest.CaptureFixture[str]) -> None:
        """Type something over the record, look, sign it, look again."""
        sheet = self.ward.get("p")
        for key, text in self.history.draft().items():
            sheet = sheet.typed(key, text).keeping(key)
        self.ward.put(sheet)
        self.agree(capsys, is_typed=sheet.texts != self.ward.chart("p").sheet.texts)
        chart = self.ward.chart("p")
        found = parts(chart, replace(sheet, key="p"), self.protocol, ZONE, moment(self.utc), self.ward.readings(sheet))
        author = self.history.author
        signature = Signature(author, moment(self.utc), "signed", self.protocol.sha256, "ws", "because")
        if any(part.is_ready for part in found):
            sign(self.store, chart, found, signature)
        self.ward.discard("p")
        self.agree(capsys, is_typed=False)


def check(folder: Path, protocol: Protocol, seed: object, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        places = Places(folder, protocol, seed, monkeypatch)
        places.play(places.history.rng.choice((6, 14, 30)))
        places.agree(capsys, is_typed=False)
        places.type_and_sign(capsys)
        places.store.close()


@pytest.mark.parametrize("seed", range(8))
def test_every_place_says_the_same(
    seed: int, tmp_path: Path, protocol: Protocol, capsys: pytest.CaptureFixture[str]
) -> None:
    check(tmp_path / "ward", protocol, seed, capsys)


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(300))
def test_every_place_says_the_same_of_three_hundred(
    seed: int, tmp_path: Path, protocol: Protocol, capsys: pytest.CaptureFixture[str]
) -> None:
    check(tmp_path / "ward", protocol, f"places/{seed}", capsys)
