// A process that publishes images into a layout until it is told to stop or killed: FOLDER TAG COUNT.
import { Layout } from '../../src/repository/layout.ts';
import { publishImage } from '../../src/publish/image.ts';
import { sampleImage } from '../contracts/sample-image.ts';

const [folder = '', tag = '', count = '1'] = process.argv.slice(2);
for (let i = 0; i < Number(count); i++) {
  await publishImage(new Layout(folder), { ...sampleImage(`${tag}-${i}`), tag });
  process.stdout.write('.');
}
