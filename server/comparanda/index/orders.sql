-- Orders in which methods are listed and found; made after the tables are filled.
CREATE INDEX text_order ON text (role, language, folded, method) WHERE role < 3;
CREATE INDEX text_summary ON text (language, method) WHERE role = 3;
CREATE INDEX link_target ON link (target, source, kinds);
CREATE INDEX method_referenced ON method (listed, referenced DESC, slug);
CREATE INDEX method_related ON method (listed, related DESC, slug);
CREATE INDEX method_year ON method (listed, year, slug);
CREATE INDEX method_kind ON method (listed, kind, referenced DESC, slug);
CREATE INDEX method_area ON method (listed, area, referenced DESC, slug);
CREATE INDEX method_family ON method (listed, family, referenced DESC, slug);
CREATE INDEX method_decade ON method (listed, decade, referenced DESC, slug);
CREATE INDEX method_facets ON method (listed, area, decade, family, kind);
