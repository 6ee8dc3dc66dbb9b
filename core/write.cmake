# The write model: policies, decide, evolve.
