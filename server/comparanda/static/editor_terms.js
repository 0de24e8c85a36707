// What the SPARQL editor proposes while one types: our prefixes, and classes and properties by name or label.

/** `cmp:related` for the IRI of a term; the IRI in brackets where no prefix fits. */
function shortName(iri, prefixes) {
  for (const [prefix, start] of Object.entries(prefixes)) {
    const name = iri.slice(start.length);
    if (start && iri.startsWith(start) && /^\w[\w-]*$/.test(name)) return `${prefix}:${name}`;
  }
  return `<${iri}>`;
}

/** Terms that hold what is typed in their name or label; those whose name begins with it come first. */
function matching(terms, typed, prefixes, labels) {
  const [, prefix, name] = /^([\w-]*):(?!\/\/)(.*)$/.exec(typed) ?? [];
  const space = prefixes[prefix] ?? "";
  const wanted = (space ? name : typed.replace(/^<|>$/g, "")).toLowerCase();
  const holds = (term) => `${term.slice(space.length)} ${labels[term] ?? ""}`.toLowerCase().includes(wanted);
  const begins = (term) => term.slice(term.search(/[^/#]*$/)).toLowerCase().startsWith(wanted);
  const found = terms.filter((term) => term.startsWith(space) && holds(term));
  return [...found.filter(begins), ...found.filter((term) => !begins(term))];
}

function terms(kind, { labels, prefixes, ...known }) {
  const named = new Map();
  const declared = (yasqe) => ({ ...prefixes, ...yasqe.getPrefixesFromQuery() });
  return {
    name: `comparanda-${kind}`,
    bulk: false,
    persistenceId: null,
    get: (yasqe, token) => matching(known[kind], token.string.trim(), declared(yasqe), labels),
    postProcessSuggestion(yasqe, token, term) {
      const name = token.string.startsWith("<") ? `<${term}>` : shortName(term, declared(yasqe));
      named.set(name, term);
      return name;
    },
    postprocessHints(_, hints) {
      for (const hint of hints) {
        const label = labels[named.get(hint.text)];
        if (label) hint.displayText = `${hint.text} · ${label}`;
      }
      return hints;
    },
  };
}

/** Put ours in the place of completers that ask other servers. `known` is what `/sparql/terms.json` says. */
export function proposeTerms(Yasqe, known) {
  const declarations = Object.entries(known.prefixes).map(([prefix, iri]) => `${prefix}: <${iri}>`);
  const prefixes = { name: "comparanda-prefixes", bulk: true, persistenceId: null, get: () => declarations };
  Yasqe.forkAutocompleter("prefixes", prefixes, false);
  Yasqe.forkAutocompleter("property", terms("properties", known), false);
  Yasqe.forkAutocompleter("class", terms("classes", known), false);
  const ours = ["comparanda-prefixes", "comparanda-properties", "comparanda-classes"];
  Yasqe.defaults.autocompleters = ["variables", ...ours];
  Yasqe.defaults.prefixCcApi = null;
}
