// VEX documents in the layout of Red Hat's.

export interface VexSpec {
  readonly id?: string;
  /** Products by id: their CPEs. */
  readonly products?: Readonly<Record<string, string>>;
  /** Components by id: their purls; empty: none is given. */
  readonly components?: Readonly<Record<string, string>>;
  /** `product:component` or `product:module:component` by status. */
  readonly status?: Readonly<Record<string, readonly string[]>>;
  readonly remediations?: readonly object[];
  readonly threats?: readonly object[];
  readonly scores?: readonly object[];
  /** Members of the document's head that are others. */
  readonly head?: object;
}

const releases: Readonly<Record<string, string>> = {
  red_hat_enterprise_linux_9: 'cpe:/o:redhat:enterprise_linux:9',
  'BaseOS-9.4.0.Z.MAIN.EUS': 'cpe:/o:redhat:enterprise_linux:9::baseos',
  'AppStream-8.10.0.Z.MAIN.EUS': 'cpe:/a:redhat:enterprise_linux:8::appstream',
  'BaseOS-9.2.0.Z.EUS': 'cpe:/o:redhat:rhel_eus:9.2::baseos',
};

/** One vulnerability; what is not given is as Red Hat has it. */
export function vexDocument(spec: VexSpec = {}): string {
  const { id = 'CVE-2024-0001', products = releases, components = {}, status = {}, head = {} } = spec;
  const ids = Object.values(status).flat();
  return JSON.stringify({
    document: {
      aggregate_severity: {
        namespace: 'https://access.redhat.com/security/updates/classification/',
        text: 'Important',
      },
      category: 'csaf_vex',
      csaf_version: '2.0',
      publisher: { category: 'vendor', name: 'Red Hat Product Security', namespace: 'https://www.redhat.com' },
      references: [{ category: 'self', url: `https://security.access.redhat.com/data/csaf/v2/vex/${pathOf(id)}` }],
      title: 'openssl: a flaw',
      tracking: {
        current_release_date: '2024-06-01T00:00:00+00:00',
        id,
        initial_release_date: '2024-03-05T00:00:00+00:00',
        status: 'final',
        version: '3',
      },
      ...head,
    },
    product_tree: {
      branches: [
        { category: 'vendor', name: 'Red Hat', branches: [...productsOf(products), ...componentsOf(components)] },
      ],
      relationships: relationshipsOf(ids, Object.keys(components), Object.keys(products)),
    },
    vulnerabilities: [
      {
        cve: id,
        cwe: { id: 'CWE-79', name: 'XSS' },
        notes: [
          { category: 'description', text: 'A flaw was found in OpenSSL.', title: 'Vulnerability description' },
          { category: 'summary', text: 'openssl: a flaw', title: 'Vulnerability summary' },
        ],
        product_status: status,
        references: [{ category: 'self', url: `https://access.redhat.com/security/cve/${id}` }],
        release_date: '2024-03-05T00:00:00+00:00',
        remediations: spec.remediations ?? [],
        scores: spec.scores ?? [],
        threats: spec.threats ?? [],
      },
    ],
  });
}

/** `2024/cve-2024-0001.json` */
export function pathOf(id: string): string {
  return `${id.slice(4, 8)}/${id.toLowerCase()}.json`;
}

function productsOf(products: Readonly<Record<string, string>>): object[] {
  const branches = Object.entries(products).map(([id, cpe]) => ({
    category: 'product_name',
    name: id,
    product: { name: id, product_id: id, product_identification_helper: { cpe } },
  }));
  return [{ category: 'product_family', name: 'Red Hat Enterprise Linux', branches }];
}

function componentsOf(components: Readonly<Record<string, string>>): object[] {
  return Object.entries(components).map(([id, purl]) => ({
    category: 'product_version',
    name: id,
    product: { name: id, product_id: id, ...(purl !== '' && { product_identification_helper: { purl } }) },
  }));
}

/** `A:B:C`: C is a component of `A:B`, which is one of A. Ids have colons of their own. */
function relationshipsOf(ids: readonly string[], components: readonly string[], products: readonly string[]): object[] {
  const related = new Map<string, object>();
  const add = (id: string): void => {
    const component = components.filter((name) => id.endsWith(`:${name}`)).toSorted((a, b) => b.length - a.length)[0];
    if (component === undefined || related.has(id)) return;
    const of = id.slice(0, -component.length - 1);
    if (!products.includes(of)) add(of);
    related.set(id, {
      category: 'default_component_of',
      full_product_name: { name: `${component} as a component of ${of}`, product_id: id },
      product_reference: component,
      relates_to_product_reference: of,
    });
  };
  for (const id of ids) add(id);
  return [...related.values()];
}
