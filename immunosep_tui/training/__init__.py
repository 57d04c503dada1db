"""The training room: made-up patients, questions whose answers the rules compute, feedback, progress that stays."""
