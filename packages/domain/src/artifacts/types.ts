import { z } from 'zod';
import { hash, labRef } from '../page.js';

export const getArtifactInput = z.object({ lab: labRef, hash });
