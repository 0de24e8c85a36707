-- What is derived from the graph, for one version of it. Everything here can be thrown away and made again.

CREATE TABLE state (version TEXT NOT NULL, format INTEGER NOT NULL);

-- A method; one that is only linked to, or that another one replaces, is not listed.
CREATE TABLE method (
  id INTEGER PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  listed INTEGER NOT NULL DEFAULT 0,
  area TEXT NOT NULL DEFAULT '',
  family TEXT NOT NULL DEFAULT '',
  kind TEXT NOT NULL DEFAULT '',
  year INTEGER,
  decade TEXT NOT NULL DEFAULT '',
  related INTEGER NOT NULL DEFAULT 0,
  referenced INTEGER NOT NULL DEFAULT 0
);

-- Its texts. role: 0 name, 1 other name, 2 original author, 3 summary (of which `text` is the beginning).
-- The language '*' repeats the first name of a method that has no English one, so that every method has its place
-- in each order by name.
CREATE TABLE text (
  method INTEGER NOT NULL,
  role INTEGER NOT NULL,
  language TEXT NOT NULL,
  position INTEGER NOT NULL,
  text TEXT NOT NULL,
  folded TEXT NOT NULL,
  PRIMARY KEY (method, role, language, position)
) WITHOUT ROWID;
CREATE VIRTUAL TABLE name_pieces USING fts5(
  folded, content='', columnsize=0, detail=none, tokenize='trigram case_sensitive 1'
);
CREATE VIRTUAL TABLE summary_pieces USING fts5(
  folded, content='', columnsize=0, detail=none, tokenize='trigram case_sensitive 1'
);

-- "source names target as related"; kinds: one bit for each kind of relation.
CREATE TABLE link (
  source INTEGER NOT NULL, target INTEGER NOT NULL, kinds INTEGER NOT NULL, PRIMARY KEY (source, target)
) WITHOUT ROWID;

-- How many listed methods have a name (role 0) or a summary (role 3) in a language, or are there at all (role -1).
CREATE TABLE facet (
  role INTEGER NOT NULL, language TEXT NOT NULL, area TEXT NOT NULL, family TEXT NOT NULL, decade TEXT NOT NULL,
  methods INTEGER NOT NULL,
  UNIQUE (role, language, area, family, decade)
);

-- How many links lead from one area to another.
CREATE TABLE area_link (
  source_area TEXT NOT NULL, target_area TEXT NOT NULL, kinds INTEGER NOT NULL, links INTEGER NOT NULL,
  PRIMARY KEY (source_area, target_area, kinds)
) WITHOUT ROWID;

-- What the document of an entry says of it that comparisons need, as JSON (statements.py), and which entries
-- other documents than their own speak of.
CREATE TABLE entry (name TEXT PRIMARY KEY NOT NULL, said TEXT NOT NULL);
CREATE TABLE elsewhere (name TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (name, document)) WITHOUT ROWID;
CREATE INDEX elsewhere_document ON elsewhere (document);
