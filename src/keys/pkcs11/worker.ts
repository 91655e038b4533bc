// The process in which a token's library is loaded: started by token.ts, answers its questions.
import { serve } from '../../io/worker.ts';
import { Device } from './device.ts';
import type { Question } from './messages.ts';

const device = new Device();
serve(
  async (question) => await device.answer(question as Question),
  () => device.close(),
);
