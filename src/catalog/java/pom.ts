// What a pom.xml says, as it stands: Maven's POM reference, model version 4.0.0.
import { readXml, xmlChild, xmlChildren, xmlName, xmlText, type XmlElement } from '../../lib/xml.ts';

/** Maven's coordinates; what is missing is inherited, and values may hold `${…}`. */
export interface Coordinates {
  readonly groupId?: string | undefined;
  readonly artifactId?: string | undefined;
  readonly version?: string | undefined;
}

export interface PomDependency extends Coordinates {
  /** `compile` where it says none. */
  readonly scope?: string | undefined;
  /** `true`: whoever needs this package does not need that one. */
  readonly optional?: string | undefined;
  readonly type?: string | undefined;
}

export interface Pom extends Coordinates {
  readonly parent?: Coordinates | undefined;
  readonly packaging?: string | undefined;
  readonly description?: string | undefined;
  readonly url?: string | undefined;
  /** Names of licences, or their addresses where they have none. */
  readonly licences: readonly string[];
  readonly properties: readonly (readonly [string, string])[];
  readonly dependencies: readonly PomDependency[];
  /** dependencyManagement */
  readonly managed: readonly PomDependency[];
}

/** Most dependencies, and most properties, of one pom.xml that are kept; the largest list seen has 2,000. */
const LIST_LIMIT = 10_000;
/** Most characters of a description that are kept. */
const TEXT_LIMIT = 2000;

/**
 * @param bytes bounded by the caller
 * @returns `undefined` where the root is no `project`
 * @throws Fault `xml/malformed`
 */
export function readPom(bytes: Buffer): Pom | undefined {
  const project = readXml(bytes, 'pom.xml');
  if (xmlName(project) !== 'project') return undefined;
  const parent = xmlChild(project, 'parent');
  return {
    ...coordinatesOf(project),
    parent: parent === undefined ? undefined : coordinatesOf(parent),
    packaging: xmlText(project, 'packaging'),
    description: xmlText(project, 'description')?.replace(/\s+/g, ' ').slice(0, TEXT_LIMIT),
    url: xmlText(project, 'url'),
    licences: xmlChildren(xmlChild(project, 'licenses'), 'license')
      .map((one) => xmlText(one, 'name') ?? xmlText(one, 'url'))
      .filter((one) => one !== undefined),
    properties: xmlChildren(xmlChild(project, 'properties'))
      .slice(0, LIST_LIMIT)
      .map((one) => [xmlName(one), one.text.trim()] as const),
    dependencies: dependenciesOf(project),
    managed: dependenciesOf(xmlChild(project, 'dependencyManagement')),
  };
}

function coordinatesOf(element: XmlElement): Coordinates {
  return {
    groupId: xmlText(element, 'groupId'),
    artifactId: xmlText(element, 'artifactId'),
    version: xmlText(element, 'version'),
  };
}

function dependenciesOf(element: XmlElement | undefined): PomDependency[] {
  return xmlChildren(xmlChild(element, 'dependencies'), 'dependency')
    .slice(0, LIST_LIMIT)
    .map((one) => ({
      ...coordinatesOf(one),
      scope: xmlText(one, 'scope'),
      optional: xmlText(one, 'optional'),
      type: xmlText(one, 'type'),
    }));
}
