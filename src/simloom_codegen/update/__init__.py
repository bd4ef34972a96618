"""A vendor's new specification in the place of the one before: rehearsed, told, then written."""

from simloom_codegen.update.apply import apply
from simloom_codegen.update.plan import Plan, plan_update

__all__ = ["Plan", "apply", "plan_update"]
