import { ASSUMED } from './assumed.ts';
import { type BillPart, billPart, line } from './bill.ts';
import { MONTH_HOURS } from './month.ts';
import type { Workload } from './workload.ts';

const STORAGE_GB_PER_KPU = 50;

/** Amazon Managed Service for Apache Flink: a unit and its storage as long as the application runs, used or not, and one unit for the application itself. */
export function managedFlink({ rate, prices: { managedFlink: prices } }: Workload): BillPart {
  const kpus = Math.max(1, Math.ceil(rate / ASSUMED.flinkEventsPerKpuSecond));
  return billPart('Managed Flink', [
    line(`${kpus} + 1 KPU`, (kpus + 1) * MONTH_HOURS, 'KPU hours', prices.perKpuHour),
    line('running storage', kpus * STORAGE_GB_PER_KPU, 'GB', prices.perStorageGbMonth),
  ]);
}
