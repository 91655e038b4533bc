// A layout without referrers, for programs that refuse one with more than the image: syft's and trivy's.
import { annotations } from '../../src/oci/types.ts';
import { LayoutFiles } from '../e2e/layout-files.ts';

/** Copies a layout; only the image that `latest` names is listed in the copy. @returns the copy's folder */
export async function plainLayout(folder: string, to: string): Promise<string> {
  const copy = await new LayoutFiles(folder).copy(to);
  const index = await copy.index();
  const manifests = index.manifests.filter((one) => one.annotations?.[annotations.refName] === 'latest');
  await copy.writeIndex({ ...index, manifests });
  return to;
}
