// The JSON of a Bom's files and of what contains them: most of the text of an image's document.
import { pathText } from '../../lib/bytes.ts';
import { JsonRows, rowPart } from '../../lib/json-rows.ts';
import { factsHead, factsTail, siteText } from '../claims.ts';
import { fileId, type FileRows } from '../graph/types.ts';
import type { BomFile } from '../types.ts';

const ID = rowPart(`{"SPDXID":"${fileId('')}`);
const NAME = rowPart('","fileName":"./');
const SHA1 = rowPart('","checksums":[{"algorithm":"SHA1","checksumValue":"');
const SHA256 = rowPart('"},{"algorithm":"SHA256","checksumValue":"');
const TERMS = rowPart('"}],"licenseConcluded":"NOASSERTION","copyrightText":"NOASSERTION","comment":"');
const BYTES = rowPart(factsTail({ target: undefined }));
const END = rowPart('"}');

/** Bytes of rows at a time: strings of this size are made and let go of without being moved. */
const FULL = 1 << 18;

/** Rows with commas between them. */
export function* fileRows({ files }: Pick<FileRows, 'files'>): Generator<string> {
  const rows = new JsonRows({ full: FULL });
  const heads = new Heads();
  let place = 0;
  for (const file of files) {
    rows.part(ID);
    rows.whole(place++);
    rows.part(NAME);
    rows.inString(pathText(file.path));
    rows.part(SHA1);
    // Of an SBOM that was read they are whatever it says.
    rows.inString(file.sha1.toLowerCase());
    rows.part(SHA256);
    rows.inString(file.sha256.toLowerCase());
    rows.part(TERMS);
    rows.inString(heads.of(file));
    rows.whole(file.size);
    if (file.target === undefined) rows.part(BYTES);
    else rows.inString(factsTail({ target: pathText(file.target) }));
    rows.part(END);
    if (rows.end()) yield rows.text();
  }
  if (!rows.isEmpty) yield rows.text();
}

/** What comments have before a file's size: of files that follow each other it is the same. */
class Heads {
  #last: BomFile | undefined;
  #head = '';

  of(file: BomFile): string {
    const { kind, mode, uid, gid, layer, owner } = file;
    const last = this.#last;
    const same =
      last?.mode === mode &&
      last.kind === kind &&
      last.uid === uid &&
      last.gid === gid &&
      last.layer === layer &&
      stepOf(last.owner) === stepOf(owner);
    if (!same) {
      const site = siteText({ layer: layer === '' ? undefined : layer, step: stepOf(owner) });
      this.#head = `${site}${factsHead(file)}`;
    }
    this.#last = file;
    return this.#head;
  }
}

/** @param owner of a file */
function stepOf(owner: BomFile['owner']): string | undefined {
  return owner !== undefined && 'step' in owner ? owner.step : undefined;
}

const FROM = rowPart('{"spdxElementId":"');
const CONTAINS = rowPart(`","relationshipType":"CONTAINS","relatedSpdxElement":"${fileId('')}`);

/** Rows with commas between them. @param holder the identifier of what contains a file, which needs no escapes */
export function* containedRows(files: readonly BomFile[], holder: (file: BomFile) => string): Generator<string> {
  const rows = new JsonRows({ full: FULL });
  let place = 0;
  for (const file of files) {
    rows.part(FROM);
    rows.plain(holder(file));
    rows.part(CONTAINS);
    rows.whole(place++);
    rows.part(END);
    if (rows.end()) yield rows.text();
  }
  if (!rows.isEmpty) yield rows.text();
}
