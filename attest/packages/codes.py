"""The diagnostic codes of packages of rules, for `rulewright explain`."""

from __future__ import annotations

from rulewright.diagnostics import Code

_VERIFY = "rulewright bundle verify acme.base-1.0.rwpack --trust trust.json"
_BUILD = "rulewright bundle build pack"
_ADD = "rulewright bundle add index+packages/index.json acme.base@1.0"
_CHECK = "rulewright check product.cdx.json --policy acme.base"
_TABLE = (
    ("RW4201", "this is no package", "The file is not an archive in the one form that a package has: nothing compressed, members sorted, plain names, no gaps, no links, and `pack.json` among them. Ask for the file again; something on its way may have changed it.", _VERIFY),
    ("RW4202", "the manifest of the package cannot be used", "`pack.json` is not in canonical form, has a member too many or too few, or a name, edition or list that is not in its one form.", _VERIFY),
    ("RW4203", "a file of the package is not the one that is listed", "Every file has the size and the SHA-256 that `pack.json` states, and there is no other file.", _VERIFY),
    ("RW4204", "the manifest contradicts the files", "`pack.json` lists other modules than the rule files hold, or says something else than the author's `rulewright-pack.toml` or the changelog; or a rule file is none, or holds a module or a `use` that does not begin a line, where a run would not look for it. Whoever made the package did not make it with `rulewright bundle build`.", _VERIFY),
    ("RW4205", "the licence is no SPDX expression", "The licence of a pack is an expression of ids of the SPDX list, like `Apache-2.0` or `MIT OR EUPL-1.2`, or a `LicenseRef-` of its own. Users of the rules have to know what they may do with them.", _BUILD),
    ("RW4206", "the author's manifest cannot be used", "`rulewright-pack.toml` is no TOML, lacks a member, has an unknown one or one of a wrong form, or its changelog does not begin with the edition. The reference of packages lists the members.", _BUILD),
    ("RW4207", "a file cannot be part of a package", "It is a link, neither file nor folder, too large, or its name is not plain: letters, digits, `.`, `_` and `-`, at most two folders deep, no two names that differ only in upper and lower case. Rename it, or name the files of the pack with `include`.", _BUILD),
    ("RW4208", "the pack does not hold what it promises", "A module does not compile, a test fails, there is no module at all, or a rule file uses a module of a pack that is no dependency. Nothing was written.", _BUILD),
    ("RW4209", "a dependency is not there, or is another one", "A pack is made with exactly one edition of what it depends on, pinned by SHA-256, and perhaps by the key of its signer. What is there has another edition, other bytes or another signer, or two packs need two editions.", "rulewright bundle add acme.product-1.0.rwpack"),
    ("RW4210", "nobody signed the package", "There is no signature beside the archive, so it cannot be told who made it: the verdict is undecided, exit code 3.", _VERIFY),
    ("RW4211", "the signature is about something else", "The envelope cannot be read, is about other bytes, another name, edition, publisher or licence than those of the package, or the key has signed already. A package that was built again needs new signatures where its bytes differ.", "rulewright bundle sign acme.base-1.0.rwpack --key key.pem"),
    ("RW4212", "the package was refused", "A package with a failed check is not added, whatever `--force` says; with `--trust` or `--key`, neither is one that cannot be judged. Nor does a package without a judged signature take the place of one that was locked with one.", "rulewright bundle add acme.base-1.0.rwpack --trust trust.json"),
    ("RW4213", "a step back", "The package is older than the one that is locked, or has the edition of the locked one, however it is spelt (`1`, `1.0`), and other bytes. An old edition may have a flaw that was mended since. `bundle add --force` takes an older edition; one whose bytes changed is never taken: `bundle remove` it first, and ask its publisher why.", "rulewright bundle add acme.base-0.9.rwpack"),
    ("RW4214", "the lock cannot be used", "`rulewright.lock` was changed by hand or damaged, or is of another version. Take it from version control again, or remove it and add the packs anew; nothing is used from a lock that is in doubt.", _CHECK),
    ("RW4215", "a locked package is missing or changed", "The archive in `packs` does not have the SHA-256 of the lock, is not there, or is not the package that the lock names. Add it again with `--force`, or take it from version control. Nothing is evaluated with other rules than those locked.", _CHECK),
    ("RW4216", "one module with different texts", "Which of the two is meant cannot be told, and a package never takes the place of a shipped standard in silence; nor does a file that only lies beside a policy take the place of a module of a locked pack. Remove one of them, name the file that is meant, or ask the publisher for an id or edition of its own.", _CHECK),
    ("RW4217", "the index cannot be used", "It is not in the one form, has no such package, or points elsewhere than to files beside it.", _ADD),
    ("RW4218", "the source cannot be fetched", "An address is `https` (`http` only of this machine), holds no name and password, and does not lead to another host or to something that does not speak HTTP. The answer is bounded in size and time. Download the files, and add them from a folder.", "rulewright bundle add http://example.org/index.json acme.base"),
    ("RW4219", "the lock does not have that pack, or still needs it", "`bundle remove` takes the name of a locked pack on which no other locked pack depends; `bundle list` shows them.", "rulewright bundle remove acme.other"),
    ("RW4220", "the packs of an installed Python package cannot be used", "A distribution announces packs by an entry point of the group `rulewright.packs`, whose value is a module with a `rulewright-pack.toml` in its folder or in `files` below. It is read without running the package's code.", _CHECK),
)  # fmt: skip
CODES: dict[str, Code] = {code: Code(code, title, page, example) for code, title, page, example in _TABLE}
