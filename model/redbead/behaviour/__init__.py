"""Rules of behaviour: one family of parameters, rules and kernels per module.

A *rule* is a scalar equation with units. A *kernel* applies rules to all workers, teams or errors of one authority and
updates their tables in place. Families do not import one another; :mod:`redbead.engine.week` states the order in which
the kernels run and passes values from one family to another.
"""
