"""The rooms a person walks through, drawn in the terminal; Textual's own variables are put aside first."""

from immunosep_tui.ui import environment

environment.put_aside()
