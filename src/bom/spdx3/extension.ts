// Properties, in SPDX 3's extension profile.
import type { Property } from '../graph/types.ts';

/** Properties as SPDX 3 has them for CycloneDX's sake (extension profile). */
export function extension(properties: readonly Property[]): object[] | undefined {
  if (properties.length === 0) return undefined;
  return [
    {
      type: 'extension_CdxPropertiesExtension',
      extension_cdxProperty: properties.map(({ name, value }) => ({
        type: 'extension_CdxPropertyEntry',
        extension_cdxPropName: name,
        extension_cdxPropValue: value,
      })),
    },
  ];
}
