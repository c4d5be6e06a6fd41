"""The fixed part of a Rego module, and the words around a requirement.

Guarantees: a text from a rule file stays on one line behind `#`, so it can end no comment.
"""

from __future__ import annotations

import json

from rulewright.dsl import ir
from rulewright.dsl.bridges import losses

LONGEST = 800
"""How many characters of a text stand in a comment."""
PRELUDE = """# --- what every requirement uses -------------------------------------------------

# Known: the input has a value of the type that the rules give it.  A key that is not there is unknown; so are null and
# a value of another type.
known(place, key, "flag") if is_boolean(place[key])

known(place, key, "number") if {
	is_number(place[key])
	floor(place[key]) == place[key]
}

known(place, key, "text") if is_string(place[key])

known(place, key, "set") if {
	is_array(place[key])
	every member in place[key] {
		is_string(member)
	}
}

# The input says nothing there: no key, or null.
silent(place, key) if {
	is_object(place)
	object.get(place, key, null) == null
}

# The source says one of these states of a fact that it has no value for.
state(states, key, words) if states[key] in words

# It surely says none of them: it says another one, or none and there is a value, or nothing at all.
no_state(states, _, key, _, others) if states[key] in others

no_state(states, place, key, shape, _) if {
	silent(states, key)
	known(place, key, shape)
}

no_state(states, place, key, _, _) if {
	silent(states, key)
	silent(place, key)
}

# The day of the run.
today := input.as_of if known(input, "as_of", "number")

# A list whose elements can be read.
listed(name) if {
	is_array(input.collections[name].items)
	every element in input.collections[name].items {
		is_object(element)
	}
}

# A list that is there at all, whether whole or not.
present(name) if {
	input.collections[name].completeness in {"closed", "open", "unstated"}
	listed(name)
}

# A list that can be taken as whole.  One that does not say so is, unless it is empty: silence is no evidence.
complete(name) if {
	input.collections[name].completeness == "closed"
	listed(name)
}

complete(name) if {
	input.collections[name].completeness == "unstated"
	name in assumed_complete
	listed(name)
}

complete(name) if {
	input.collections[name].completeness == "unstated"
	input.collections[name].empty == false
	listed(name)
	count(input.collections[name].items) > 0
	not name in unstated_is_open
	not "*" in unstated_is_open
}

# Whose an element is: a list of numbers, or nobody's.
linked(element, owner) if {
	is_object(element._of)
	not owner in object.keys(element._of)
}

linked(element, owner) if {
	is_array(element._of[owner])
	every at, _ in element._of[owner] {
		known(element._of[owner], at, "number")
	}
}

# The children of an element are all known: it has a number, and the owners of every element can be read.
related(name, owner, parent) if {
	known(parent, "_id", "number")
	every element in input.collections[name].items {
		linked(element, owner)
	}
}

# Every element belongs to a known owner.
owned(name, owner) if {
	every element in input.collections[name].items {
		count(element._of[owner]) > 0
	}
}

children(name, owner, parent) := [element |
	known(parent, "_id", "number")
	some element in input.collections[name].items
	is_array(element._of[owner])
	parent._id in element._of[owner]
]
"""


def comment(text: str) -> str:
    """One line of comment, cut where it is longer than some engines read."""
    plain = " ".join(text.split())
    return "# " + (plain if len(plain) <= LONGEST else plain[:LONGEST] + " ...")


def _yaml(text: str) -> str:
    """A text as YAML reads it: a JSON string is one."""
    plain = " ".join(text.split())
    return json.dumps(plain if len(plain) <= LONGEST else plain[:LONGEST] + " ...", ensure_ascii=False)


def metadata(requirement: ir.Requirement) -> str:
    """Write the annotations of a requirement, for the rule that follows."""
    lines = [
        "METADATA",
        f"title: {_yaml(requirement.title)}",
        "custom:",
        f"  id: {_yaml(requirement.id)}",
        f"  level: {requirement.level}",
        f"  severity: {requirement.severity}",
    ]
    lines += [f"  clause: {_yaml(requirement.clause)}"] if requirement.clause else []
    refs = [f"{r.standard}:{r.clause} {r.strength}".strip() for r in requirement.refs]
    lines += [f"  refs: [{', '.join(map(_yaml, refs))}]"] if refs else []
    lines += [f"  fix: {_yaml(requirement.fix)}"] if requirement.fix else []
    lost = [str(loss) for loss in losses.statement(requirement).losses]
    lines += ["  lost:", *(f"    - {_yaml(each)}" for each in lost)] if lost else ["  lost: []"]
    return "\n".join(f"# {line}" for line in lines)


def heading(requirement: ir.Requirement) -> str:
    """Begin the part of a requirement."""
    return "\n".join(["# " + "-" * 79, comment(f"{requirement.id}: {requirement.title}")])
