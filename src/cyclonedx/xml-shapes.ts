// How CycloneDX 1.6 writes in XML what its JSON form says: the order of attributes and elements of each type (its XML
// schema), and where the two forms have other names.

/**
 * One member of a type, in the order of the XML schema.
 * - `@name`: an attribute; `#name`: the element's own text is the member `name`
 * - `name`: an element; `name*`: several elements, a list in JSON; `list/item`: a list in an element of its own
 * - `…:type`: of a type of this table, or `n` (number), `b` (true or false), `ref` (the text of an attribute `ref`)
 * - `…=member`: the name that the member has in JSON
 */
type Shape = string;

/** Types that `xml-special.ts` reads and writes are named with a `!`. */
export const shapes: Readonly<Record<string, Shape>> = {
  bom:
    '@serialNumber @version:n metadata:metadata components/component:component services/service:service ' +
    'externalReferences/reference:reference dependencies/dependency:!dependency compositions/composition:composition ' +
    'properties/property:property vulnerabilities/vulnerability:vulnerability annotations/annotation:annotation ' +
    'formulation/formula:formula declarations:declarations definitions:definitions',
  metadata:
    'timestamp lifecycles/lifecycle:lifecycle tools:!tools authors/author:contact component:component ' +
    'manufacturer:entity manufacture:entity supplier:entity licenses:!licenses properties/property:property',
  lifecycle: 'phase name description',
  toolList: 'components/component:component services/service:service',
  tool: 'vendor name version hashes/hash:hash externalReferences/reference:reference',
  entity: '@bom-ref name address:address url* contact*:contact',
  address: '@bom-ref country region locality postOfficeBoxNumber postalCode streetAddress',
  contact: '@bom-ref name email phone',
  component:
    '@type @mime-type @bom-ref supplier:entity manufacturer:entity authors/author:contact author publisher group name ' +
    'version description scope hashes/hash:hash licenses:!licenses copyright cpe purl omniborId* swhid* swid:swid ' +
    'modified:b pedigree:pedigree externalReferences/reference:reference properties/property:property ' +
    'components/component:component evidence:evidence releaseNotes:releaseNotes modelCard:modelCard ' +
    'data*:componentData cryptoProperties:cryptoProperties tags/tag',
  hash: '@alg #content',
  property: '@name #value',
  text: '@content-type=contentType @encoding #content',
  swid: '@tagId @name @version @tagVersion:n @patch:b text:text url',
  license: '@bom-ref @acknowledgement id name text:text url licensing:licensing properties/property:property',
  expression: '@bom-ref @acknowledgement #expression',
  licensing:
    'altIds/altId licensor:party licensee:party purchaser:party purchaseOrder licenseTypes/licenseType lastRenewal ' +
    'expiration',
  party: 'organization:entity individual:contact',
  pedigree:
    'ancestors/component:component descendants/component:component variants/component:component ' +
    'commits/commit:commit patches/patch:patch notes',
  commit: 'uid url author:action committer:action message',
  action: 'timestamp name email',
  patch: '@type diff:diff resolves/issue:issue',
  diff: 'text:text url',
  issue: '@type id name description source:source references/url',
  source: 'name url',
  reference: '@type url comment hashes/hash:hash',
  evidence:
    'identity:!identity occurrences/occurrence:occurrence callstack:callstack licenses:!licenses copyright/text:!copyright',
  identity: 'field confidence:n concludedValue methods/method:method tools/tool:ref',
  method: 'technique confidence:n value',
  occurrence: '@bom-ref location line:n offset:n symbol additionalContext',
  callstack: 'frames/frame:frame',
  frame: 'package module function parameters/parameter line:n column:n fullFilename',
  releaseNotes:
    'type title featuredImage socialImage description timestamp aliases/alias tags/tag resolves/issue:issue ' +
    'notes/note:note properties/property:property',
  note: 'locale text:text',
  modelCard:
    '@bom-ref modelParameters:modelParameters quantitativeAnalysis:quantitativeAnalysis considerations:considerations ' +
    'properties/property:property',
  modelParameters:
    'approach:approach task architectureFamily modelArchitecture datasets:!datasets inputs/input:format outputs/output:format',
  approach: 'type',
  format: 'format',
  componentData:
    '@bom-ref type name contents:contents classification sensitiveData* graphics:graphics description governance:governance',
  contents: 'attachment:text url properties/property:property',
  graphics: 'description collection/graphic:graphic',
  graphic: 'name image:text',
  governance: 'custodians/custodian:party stewards/steward:party owners/owner:party',
  quantitativeAnalysis: 'performanceMetrics/performanceMetric:performanceMetric graphics:graphics',
  performanceMetric: 'type value slice confidenceInterval:confidenceInterval',
  confidenceInterval: 'lowerBound upperBound',
  considerations:
    'users/user useCases/useCase technicalLimitations/technicalLimitation performanceTradeoffs/performanceTradeoff ' +
    'ethicalConsiderations/ethicalConsideration:ethicalConsideration ' +
    'environmentalConsiderations:environmentalConsiderations fairnessAssessments/fairnessAssessment:fairnessAssessment',
  ethicalConsideration: 'name mitigationStrategy',
  environmentalConsiderations: 'energyConsumptions/energyConsumption:energyConsumption properties/property:property',
  energyConsumption:
    'activity energyProviders*:energyProvider activityEnergyCost:measure co2CostEquivalent:measure ' +
    'co2CostOffset:measure properties/property:property',
  energyProvider:
    '@bom-ref description organization:entity energySource energyProvided:measure ' +
    'externalReferences/reference:reference',
  measure: 'value:n unit',
  fairnessAssessment: 'groupAtRisk benefits harms mitigationStrategy',
  cryptoProperties:
    'assetType algorithmProperties:algorithm certificateProperties:certificate ' +
    'relatedCryptoMaterialProperties:cryptoMaterial protocolProperties:protocol oid',
  algorithm:
    'primitive parameterSetIdentifier curve executionEnvironment implementationPlatform certificationLevel* mode padding ' +
    'cryptoFunctions/cryptoFunction classicalSecurityLevel:n nistQuantumSecurityLevel:n',
  certificate:
    'subjectName issuerName notValidBefore notValidAfter signatureAlgorithmRef subjectPublicKeyRef certificateFormat ' +
    'certificateExtension',
  cryptoMaterial:
    'type id state algorithmRef creationDate activationDate updateDate expirationDate value size:n format securedBy:securedBy',
  securedBy: 'mechanism algorithmRef',
  protocol: 'type version cipherSuites/cipherSuite:cipherSuite ikev2TransformTypes:ikev2 cryptoRef*=cryptoRefArray',
  cipherSuite: 'name algorithms/algorithm identifiers/identifier',
  ikev2: 'encr* prf* integ* ke* esn:b auth*',
  service:
    '@bom-ref provider:entity group name version description endpoints/endpoint authenticated:b x-trust-boundary:b ' +
    'trustZone data:!serviceData licenses:!licenses externalReferences/reference:reference ' +
    'properties/property:property services/service:service releaseNotes:releaseNotes tags/tag',
  classification: '@flow #classification',
  dataflow: '@name @description classification:classification governance:governance source/url destination/url',
  composition:
    '@bom-ref aggregate assemblies/assembly:ref dependencies/dependency:ref vulnerabilities/vulnerability:ref',
  vulnerability:
    '@bom-ref id source:source references/reference:vulnerabilityReference ratings/rating:rating cwes/cwe:n description ' +
    'detail recommendation workaround proofOfConcept:proofOfConcept advisories/advisory:advisory created published ' +
    'updated rejected credits:credits tools:!tools analysis:analysis affects/target:target properties/property:property',
  vulnerabilityReference: 'id source:source',
  rating: 'source:source score:n severity method vector justification',
  proofOfConcept: 'reproductionSteps environment supportingMaterial/attachment:text',
  advisory: 'title url',
  credits: 'organizations/organization:entity individuals/individual:contact',
  analysis: 'state justification responses/response=response detail firstIssued lastUpdated',
  target: 'ref versions/version:affectedVersion',
  affectedVersion: 'version range status',
  annotation: '@bom-ref subjects/subject:ref annotator:annotator timestamp text',
  annotator: 'organization:entity individual:contact component:component service:service',
  formula:
    '@bom-ref components/component:component services/service:service workflows/workflow:workflow ' +
    'properties/property:property',
  workflow:
    '@bom-ref uid name description resourceReferences/resourceReference:resource tasks/task:task ' +
    'taskDependencies/dependency:!dependency taskTypes/taskType trigger:trigger steps/step:step inputs/input:input ' +
    'outputs/output:output timeStart timeEnd workspaces/workspace:workspace ' +
    'runtimeTopology/dependency:!dependency=runtimeTopology properties/property:property',
  task:
    '@bom-ref uid name description resourceReferences/resourceReference:resource taskTypes/taskType trigger:trigger ' +
    'steps/step:step inputs/input:input outputs/output:output timeStart timeEnd workspaces/workspace:workspace ' +
    'runtimeTopology/dependency:!dependency=runtimeTopology properties/property:property',
  resource: 'ref externalReference:reference',
  trigger:
    '@bom-ref uid name description resourceReferences/resourceReference:resource type event:event ' +
    'conditions/condition:condition timeActivated inputs/input:input outputs/output:output properties/property:property',
  event: 'uid description timeReceived data:text source:resource target:resource properties/property:property',
  condition: 'description expression properties/property:property',
  step: 'name description commands/command:command properties/property:property',
  command: 'executed properties/property:property',
  input:
    'resource:resource parameters/parameter:parameter environmentVars:!environmentVars data:text source:resource ' +
    'target:resource properties/property:property',
  output:
    'resource:resource environmentVars:!environmentVars data:text type source:resource target:resource ' +
    'properties/property:property',
  parameter: 'name value dataType',
  workspace:
    '@bom-ref uid name aliases/alias description resourceReferences/resourceReference:resource accessMode mountPath ' +
    'managedDataType volumeRequest volume:volume properties/property:property',
  volume: 'uid name mode path sizeAllocated persistent:b remote:b properties/property:property',
  declarations:
    'assessors/assessor:assessor attestations/attestation:attestation claims/claim:claim evidence/evidence:claimEvidence ' +
    'targets:targets affirmation:affirmation',
  assessor: '@bom-ref thirdParty:b organization:entity',
  attestation: 'summary assessor map*:map',
  map: 'requirement claims/claim counterClaims/counterClaim conformance:conformance confidence:confidence',
  conformance: 'score:n rationale mitigationStrategies/mitigationStrategy',
  confidence: 'score:n rationale',
  claim:
    '@bom-ref target predicate mitigationStrategies/mitigationStrategy reasoning evidence* counterEvidence* ' +
    'externalReferences/reference:reference',
  claimEvidence: '@bom-ref propertyName description data*:evidenceData created expires author:contact reviewer:contact',
  evidenceData: 'name contents:contents classification sensitiveData* governance:governance',
  targets: 'organizations/organization:entity components/component:component services/service:service',
  affirmation: 'statement signatories/signatory:signatory',
  signatory: 'name role organization:entity externalReference:reference',
  definitions: 'standards/standard:standard',
  standard:
    '@bom-ref name version description owner requirements/requirement:requirement levels/level:level ' +
    'externalReferences/reference:reference',
  requirement:
    '@bom-ref identifier title text descriptions/description openCre* parent properties/property:property ' +
    'externalReferences/reference:reference',
  level: '@bom-ref identifier title description requirements/requirement',
};

export interface Field {
  readonly place: 'attribute' | 'text' | 'element';
  /** The attribute's or element's name; of a list in an element of its own, that element's. */
  readonly name: string;
  /** The name of the elements in {@link name}, of a list in an element of its own. */
  readonly item: string | undefined;
  /** Several elements stand for a list. */
  readonly several: boolean;
  /** A type of this table, `n`, `b`, `ref`, one that starts with `!`, or the empty string for text. */
  readonly type: string;
  /** In JSON. */
  readonly member: string;
}

const parsed = new Map<string, readonly Field[]>();

/** The members of a type. */
export function fieldsOf(type: string): readonly Field[] {
  let fields = parsed.get(type);
  if (fields === undefined) {
    fields = (shapes[type] ?? '').split(' ').map(fieldOf);
    parsed.set(type, fields);
  }
  return fields;
}

function fieldOf(text: string): Field {
  const [head = '', member] = text.split('=', 2);
  const [way = '', type = ''] = head.split(':', 2);
  const place = way.startsWith('@') ? 'attribute' : way.startsWith('#') ? 'text' : 'element';
  const several = way.endsWith('*');
  const [name = '', item] = way.replace(/^[@#]/, '').replace(/\*$/, '').split('/', 2);
  return { place, name, item, several, type, member: member ?? name };
}
