// Loaded before the server that is measured (`node --import`): its clock is ahead by BENCH_CLOCK_AHEAD_MS, so that days pass
// between two starts. Timers run as usual.
const aheadMs = Number(process.env.BENCH_CLOCK_AHEAD_MS);
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + aheadMs);
    else super(...args);
  }
  static now() {
    return RealDate.now() + aheadMs;
  }
};
