"""``immunosep-tui verify``: whether every record is as it was written."""

from __future__ import annotations

import argparse
from contextlib import closing

from immunosep_tui.cli.attention import judge_at_hand, protocols_at_hand
from immunosep_tui.cli.output import ATTENTION, DONE, REFUSED, complain, print_json
from immunosep_tui.cli.store_option import existing_store, stamp_at_hand
from immunosep_tui.i18n import _, words
from immunosep_tui.rules.text import show
from immunosep_tui.store.anchor import against, anchor_of, read_anchor
from immunosep_tui.store.verify import Finding, verify


def run(options: argparse.Namespace) -> int:
    """Print what is wrong, a line each, and the anchor; 4 where something is. StoreError where it cannot be read."""
    noted = None
    if options.anchor is not None:
        noted = read_anchor(options.anchor)
        if noted is None:
            accepted = _('--anchor: "{text}" is none. Accepted: as it was printed, such as 0f3a9c27d1b4@1204.')
            complain(accepted.format(text=show(options.anchor, 80)))
            return REFUSED
    with closing(existing_store(options)) as store:
        protocols = protocols_at_hand(options, store)
        judge = judge_at_hand(protocols, store)
        store.judge = lambda: judge
        report = verify(store)
        wrong = against(store, noted) if noted else None
    findings = [*report.findings, *([Finding(wrong)] if wrong else [])]
    head = report.head
    if options.json:
        print_json(
            {
                "sound": not findings,
                "entries": head.seq,
                "head": head.hash,
                "anchor": str(anchor_of(head)),
                "findings": [{"entry": finding.seq, "text": words(finding.text)} for finding in findings],
                "protocol": stamp_at_hand(protocols),
            }
        )
        return ATTENTION if findings else DONE
    for finding in findings:
        print(show(words(finding.text), 1000))
    if not findings:
        print(_("Every one of {count} entries is as it was written.").format(count=head.seq))
    if report.sound:
        print(_("Anchor to note: {anchor}").format(anchor=anchor_of(head)))
    return ATTENTION if findings else DONE
