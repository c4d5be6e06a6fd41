"""The index of a feed: made once per content, in one SQLite file that is never changed.

Guarantees: an index is used only for the bytes that it was made of (its name is their digest, the format and the readers) and
only whole (its name ends in its own digest), so it is never stale and a damaged one is made again; it appears under its name
in one step, so runs at the same time do not disturb one another.  Findings of reading are kept in it.
It opens the folder that it is told; without one, indices live in memory.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from rulewright.threats.feeds.epss import Epss
from rulewright.threats.feeds.kev import Kev
from rulewright.threats.feeds.opening import Opened, Unit
from rulewright.threats.feeds.reading import read
from rulewright.threats.keys import coverage
from rulewright.threats.model import Claim, Fault, Record

SCHEMA = 5
"""Raise it with every change of what is stored or of how feeds are read."""
KEPT = 64
"""So many indices stay in the folder; the longest unused go."""
BATCH = 500
MAX_FAULTS = 1000
_DAY_NS = 86_400 * 10**9

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE record (n INTEGER PRIMARY KEY, id TEXT, body BLOB);
CREATE TABLE name (name TEXT, record INTEGER, PRIMARY KEY (name, record)) WITHOUT ROWID;
CREATE TABLE claim (n INTEGER PRIMARY KEY, record INTEGER, body BLOB);
CREATE TABLE key (key TEXT, claim INTEGER, PRIMARY KEY (key, claim)) WITHOUT ROWID;
CREATE TABLE covers (what TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE kev (cve TEXT PRIMARY KEY, day INTEGER) WITHOUT ROWID;
CREATE TABLE epss (cve TEXT PRIMARY KEY, score INTEGER, percentile INTEGER) WITHOUT ROWID;
"""
_PACK = msgspec.msgpack.Encoder()
_RECORD = msgspec.msgpack.Decoder(Record)
_CLAIM = msgspec.msgpack.Decoder(Claim)
_FAULTS = msgspec.json.Decoder(tuple[Fault, ...])


class Head(msgspec.Struct, frozen=True):
    """What an index knows of its feed.  `read` counts records in the bytes, `stored` those that are used."""

    kinds: tuple[str, ...] = ()
    read: int = 0
    stored: int = 0
    claims: int = 0
    kev: int = 0
    kev_day: int | None = None
    epss: int = 0
    epss_day: int | None = None
    epss_model: str = ""
    faults_total: int = 0
    epss_undated: int = 0


class Index:
    """One feed, ready to be asked."""

    def __init__(self, unit: Unit, opened: Opened, connection: sqlite3.Connection, *, reused: bool) -> None:
        self.unit, self.opened, self.reused = unit, opened, reused
        self._db = connection
        stored = dict(connection.execute("SELECT key, value FROM meta"))
        self.head = msgspec.json.decode(stored["head"], type=Head)
        self.faults = _FAULTS.decode(stored["faults"])
        self.covers = frozenset(what for (what,) in connection.execute("SELECT what FROM covers"))

    def claims(self, keys: Sequence[str]) -> Iterator[tuple[str, int, int]]:
        """Key, claim and record of every claim under these keys."""
        yield from self._asked(
            "SELECT k.key, c.n, c.record FROM key k JOIN claim c ON c.n = k.claim WHERE k.key IN", keys
        )

    def bodies(self, claims: Sequence[int]) -> Iterator[tuple[int, Claim]]:
        """The claims by number."""
        for number, body in self._asked("SELECT n, body FROM claim WHERE n IN", claims):
            yield number, _CLAIM.decode(body)

    def named(self, names: Sequence[str]) -> Iterator[tuple[str, int]]:
        """Name and record of every record under these names."""
        yield from self._asked("SELECT name, record FROM name WHERE name IN", names)

    def records(self, numbers: Sequence[int]) -> Iterator[tuple[int, Record]]:
        """The records by number."""
        for number, body in self._asked("SELECT n, body FROM record WHERE n IN", numbers):
            yield number, _RECORD.decode(body)

    def exploited(self, cves: Sequence[str]) -> Iterator[tuple[str, int | None]]:
        """Which of the names KEV lists, with the day."""
        yield from self._asked("SELECT cve, day FROM kev WHERE cve IN", cves)

    def probabilities(self, cves: Sequence[str]) -> Iterator[tuple[str, int, int]]:
        """EPSS of names: score and percentile in millionths."""
        yield from self._asked("SELECT cve, score, percentile FROM epss WHERE cve IN", cves)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def _asked(self, query: str, values: Sequence[object]) -> Iterator[tuple]:  # type: ignore[type-arg]
        for start in range(0, len(values), BATCH):
            part = values[start : start + BATCH]
            yield from self._db.execute(f"{query} ({','.join('?' * len(part))})", part)


class _Builder:
    """The sink that fills an index."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._records: list[tuple[int, str, bytes]] = []
        self._claims: list[tuple[int, int, bytes]] = []
        self._keys: list[tuple[str, int]] = []
        self._names: list[tuple[str, int]] = []
        self._covers: set[str] = set()
        self._ids: dict[str, tuple[int, str]] = {}
        self._kinds: set[str] = set()
        self._read = self._stored = self._claimed = self._number = 0
        self._kev: dict[str, int | None] = {}
        self._kev_rows = 0
        self._kev_day: int | None = None
        self._epss = self._undated = 0
        self._epss_day: int | None = None
        self._epss_model = ""
        self._faults: list[Fault] = []
        self._total = 0

    def fault(self, fault: Fault) -> None:
        """Keep a finding; beyond a number only its count."""
        self._total += 1
        if fault.code == "RW1402":
            self._read += 1
        if len(self._faults) < MAX_FAULTS:
            self._faults.append(fault)

    def record(self, record: Record, claims: list[Claim]) -> None:
        """Keep a record; of two with one id the one that was changed last."""
        self._read += 1
        before = self._ids.get(record.id)
        if before is not None:
            self._total += 1
            self._faults.append(Fault("RW1409", f"`{record.id[:60]}` is listed twice", record.place, severe=False))
            if record.changed <= before[1]:
                return
            self._drop(before[0])
        self._number += 1
        self._stored += before is None
        self._ids[record.id] = (self._number, record.changed)
        self._kinds.add(record.kind)
        self._records.append((self._number, record.id, _PACK.encode(record)))
        names = record.aliases if record.kind == "csaf" and record.aliases else (record.id, *record.aliases)
        self._names += [(name, self._number) for name in dict.fromkeys(names)]
        for claim in claims:
            covered = {coverage(key) for key in claim.keys}
            self._covers |= covered | {f"{what}:{claim.release or '*'}" for what in covered}
            if record.withdrawn:
                continue
            self._claimed += 1
            self._claims.append((self._claimed, self._number, _PACK.encode(claim)))
            self._keys += [(key, self._claimed) for key in dict.fromkeys(claim.keys)]
        if len(self._claims) > 20_000 or len(self._records) > 20_000:
            self._flush()

    def kev(self, catalogue: Kev) -> None:
        """Keep a catalogue; the last day counts."""
        self._kinds.add("kev")
        for fault in catalogue.faults:
            self.fault(fault)
        self._kev_rows += len(catalogue.rows)
        self._kev |= {row.cve: row.day for row in catalogue.rows}
        self._kev_day = max(filter(None, (self._kev_day, catalogue.day)), default=None)

    def epss(self, scores: Epss) -> None:
        """Keep scores of one day."""
        self._kinds.add("epss")
        rows = sorted((row.cve, row.score, row.percentile) for row in scores.rows())
        before = self._db.total_changes
        self._db.executemany("INSERT OR REPLACE INTO epss VALUES (?, ?, ?)", rows)
        count = self._db.total_changes - before
        for fault in scores.faults:
            self.fault(fault)
        if scores.day is None:
            self._undated += count
            self.fault(Fault("RW1405", "neither its first line nor its name says of which day the scores are", ""))
            self._db.execute("DELETE FROM epss")
            return
        self._epss += count
        self._epss_day, self._epss_model = scores.day, scores.model

    def _drop(self, number: int) -> None:
        self._flush()
        self._db.execute("DELETE FROM key WHERE claim IN (SELECT n FROM claim WHERE record = ?)", (number,))
        for table, column in (("claim", "record"), ("name", "record"), ("record", "n")):
            self._db.execute(f"DELETE FROM {table} WHERE {column} = ?", (number,))  # noqa: S608  fixed words

    def _flush(self) -> None:
        run = self._db.executemany
        run("INSERT INTO record VALUES (?, ?, ?)", self._records)
        run("INSERT INTO claim VALUES (?, ?, ?)", self._claims)
        run("INSERT OR IGNORE INTO key VALUES (?, ?)", sorted(self._keys))
        run("INSERT OR IGNORE INTO name VALUES (?, ?)", sorted(self._names))
        for rows in (self._records, self._claims, self._keys, self._names):
            rows.clear()

    def finish(self) -> None:
        """Write what is left, and the head."""
        self._flush()
        self._db.executemany("INSERT INTO kev VALUES (?, ?)", sorted(self._kev.items()))
        self._db.executemany("INSERT INTO covers VALUES (?)", [(what,) for what in sorted(self._covers)])
        head = Head(
            tuple(sorted(self._kinds)), self._read, self._stored, self._claimed, self._kev_rows, self._kev_day,
            self._epss, self._epss_day, self._epss_model, self._total, self._undated,
        )  # fmt: skip
        meta = [("head", msgspec.json.encode(head).decode()), ("faults", msgspec.json.encode(self._faults).decode())]
        self._db.executemany("INSERT INTO meta VALUES (?, ?)", meta)
        self._db.commit()


def index(unit: Unit, opened: Opened, folder: str | None) -> Index:
    """The index of a feed: the one that is kept, or a new one.  Raises `OSError` where the feed cannot be read."""
    if folder is None:
        return Index(unit, opened, _made(unit, ":memory:"), reused=False)
    # EPSS may take its day from the file's name, and findings name the members: both belong to what was read.
    named = hashlib.sha256(repr([name for name, _ in unit.members]).encode("utf-8", "surrogateescape")).hexdigest()[:12]
    prefix = f"{opened.sha256}-{named}-v{SCHEMA}-"
    kept = _kept(folder, prefix)
    if kept is not None:
        try:
            return Index(unit, opened, _connect(kept), reused=True)
        except (sqlite3.DatabaseError, KeyError, msgspec.MsgspecError):
            _remove(kept)
    path = _stored(unit, folder, prefix)
    if path is None:
        return Index(unit, opened, _made(unit, ":memory:"), reused=False)
    return Index(unit, opened, _connect(path), reused=False)


def _kept(folder: str, prefix: str) -> str | None:
    """A whole index under this name; damaged ones are removed."""
    try:
        names = sorted(name for name in os.listdir(folder) if name.startswith(prefix) and name.endswith(".sqlite"))
    except OSError:
        return None
    for name in names:
        path = os.path.join(folder, name)
        try:
            if _digest(path) == name[len(prefix) : -len(".sqlite")]:
                os.utime(path)
                return path
        except OSError:
            continue
        _remove(path)
    return None


def _stored(unit: Unit, folder: str, prefix: str) -> str | None:
    """Make an index file and give its path; `None` where the folder cannot be written."""
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(".part", prefix, folder)
        os.close(descriptor)
    except OSError:
        return None
    try:
        _made(unit, temporary).close()
        path = os.path.join(folder, f"{prefix}{_digest(temporary)}.sqlite")
        os.replace(temporary, path)
        _tidy(folder, path)
    except sqlite3.OperationalError:  # the disk is full, the folder has gone
        _remove(temporary)
        return None
    except BaseException:
        _remove(temporary)
        raise
    return path


def _made(unit: Unit, path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA page_size = 8192;" + _TABLES)
    builder = _Builder(connection)
    read(unit, builder)
    builder.finish()
    return connection


def _connect(path: str) -> sqlite3.Connection:
    from urllib.parse import quote

    return sqlite3.connect(f"file:{quote(path)}?mode=ro&immutable=1", uri=True)


def _digest(path: str) -> str:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:32]


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return


def _tidy(folder: str, newest: str) -> None:
    """Drop the longest unused indices beyond those kept, and what runs that broke off left a day ago."""
    with os.scandir(folder) as entries:
        known = [(e.stat().st_mtime_ns, e.path) for e in entries]
    now = os.stat(newest).st_mtime_ns
    for changed, path in known:
        if path.endswith(".part") and changed < now - _DAY_NS:
            _remove(path)
    found = [(changed, path) for changed, path in known if path.endswith(".sqlite") and path != newest]
    for _, path in sorted(found)[: -(KEPT - 1)]:
        _remove(path)


def all_of(indices: Iterable[Index], what: str) -> bool:
    """Whether any index covers an ecosystem, or `cpe`, `name`, `hash`."""
    return any(what in each.covers for each in indices)
