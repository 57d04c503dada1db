"""ImmunoSep at the bedside: phenotype, regimen, schedule, monitoring and response, each with its reasons."""

__version__ = "0.1.0"
