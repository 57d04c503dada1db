"""Sentences with facts, and how they are translated."""

from __future__ import annotations

from immunosep_tui.rules.reason import Sentence, say


def test_facts_become_text_and_fill_their_placeholders() -> None:
    assert say("{value} of {limit}", value=3, limit="4") == Sentence(
        "{value} of {limit}", (("value", "3"), ("limit", "4"))
    )
    assert str(say("{value} of {limit}", value=3, limit="4")) == "3 of 4"


def test_a_fact_that_is_a_sentence_is_translated_with_its_sentence() -> None:
    sentence = say("{what} is {side}", what=say("Ferritin"), side=say("above"))
    german = {"{what} is {side}": "{side} liegt {what}", "Ferritin": "das Ferritin", "above": "dar\u00fcber"}
    assert sentence.words(german.__getitem__) == "dar\u00fcber liegt das Ferritin"
    assert str(sentence) == "Ferritin is above"


def test_an_empty_fact_at_the_end_leaves_no_space() -> None:
    assert str(say("Too high. {hint}", hint="")) == "Too high."


def test_facts_are_not_read_as_templates() -> None:
    assert str(say("{typed}", typed="{limit}")) == "{limit}"
