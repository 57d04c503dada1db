"""What is done in the training room: ways to learn, a round, its end, its debriefs."""

from __future__ import annotations

from typing import Final

from immunosep_tui.rules.reason import N_
from immunosep_tui.ui.command_table.command import Command

COMMANDS: Final = (
    *(
        Command(f"learn-{mode}", str(key), label, text, f"begin('{mode}')", frozenset({"training"}), order=10 + key)
        for key, (mode, label, text) in enumerate(
            (
                ("learn", N_("Learn"), N_("A round with hints; each answer is explained at once.")),
                ("test", N_("Test"), N_("A round without hints; everything is explained after it.")),
                ("sofa", N_("SOFA"), N_("Score organs and whole days from raw values.")),
                ("bedside", N_("Bedside"), N_("One course over 15 days, day by day.")),
                ("evidence", N_("Evidence quiz"), N_("What the trial showed, and what it did not.")),
            ),
            start=1,
        )
    ),
    *(
        Command(identity, key, label, text, action, frozenset({scope}), footer=True, order=order)
        for identity, key, label, text, action, scope, order in (
            ("resume", "enter", N_("Go on"), N_("Go on with the open round."), "resume", "training", 20),
            ("standing", "p", N_("Progress"), N_("How you stand, topic by topic."), "progress", "training", 21),
            ("settings", "s", N_("Settings"), N_("Seed of a class, cases, clock."), "settings", "training", 22),
            ("learner", "w", N_("Who"), N_("Say who learns."), "who", "training", 23),
            ("end-round", "x", N_("End round"), N_("End the open round as it is."), "close", "training", 24),
            ("answer", "enter", N_("Answer"), N_("Give the marked answer, then go on."), "answer", "round", 10),
            ("debrief", "d", N_("Debrief"), N_("Everything about the case, after it."), "debrief", "round", 30),
            ("leave-round", "enter", N_("Training room"), N_("Back to the training room."), "leave", "result", 10),
            ("debriefs", "d", N_("Debriefs"), N_("Everything about each case."), "debrief", "result", 11),
            (
                "case-next",
                "ctrl+right,f12",
                N_("Next case"),
                N_("The debrief of the next case."),
                "turn(1)",
                "debrief",
                10,
            ),
            ("case-before", "ctrl+left,f11", N_("Case before"), N_("Of the case before."), "turn(-1)", "debrief", 11),
        )
    ),
    *(
        Command(identity, key, label, text, action, frozenset({"round"}), shown, order, priority=True)
        for identity, key, label, text, action, shown, order in (
            ("hint", "ctrl+r", N_("Hint"), N_("Show a hint; the answer counts as hinted."), "hint", True, 11),
            ("case-down", "ctrl+down", N_("Case down"), N_("Scroll the case."), "scroll_case(3)", False, 40),
            ("case-up", "ctrl+up", N_("Case up"), N_("Scroll the case back."), "scroll_case(-3)", False, 41),
        )
    ),
)
