import { describe } from 'vitest';
import { ProcessMemory } from '../../shared/consumer/process-memory.ts';
import { consumerMemoryContract } from './consumer-memory-contract.ts';

describe('the memory of a consumer in its process', () => {
  consumerMemoryContract(() => new ProcessMemory());
});
