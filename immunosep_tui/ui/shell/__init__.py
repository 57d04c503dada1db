"""What makes a terminal program safe to type ahead in, to leave, to interrupt and to break; nothing clinical."""
