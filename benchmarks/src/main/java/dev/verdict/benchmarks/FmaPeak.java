package dev.verdict.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The most that this machine's vector units can do: twelve chains of fma that never leave the registers, on every
/// thread. Products are held against it, measured in the same rounds.
final class FmaPeak implements Contender {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int CHAINS = 12;
  private static final int TURNS = 400_000;

  private final int threads;
  private final ExecutorService workers;
  private volatile float sink;

  FmaPeak(int threads) {
    this.threads = threads;
    this.workers = Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().factory());
  }

  /// Billions of operations of one run, an fma being two.
  double work() {
    return 2e-9 * CHAINS * SPECIES.length() * TURNS * threads;
  }

  @Override
  public void run() throws InterruptedException, ExecutionException {
    List<Future<?>> others = new ArrayList<>();
    for (int t = 1; t < threads; t++) {
      others.add(workers.submit(() -> {
        sink = chains();
      }));
    }
    sink = chains();
    for (Future<?> other : others) {
      other.get();
    }
  }

  private static float chains() {
    FloatVector a = FloatVector.broadcast(SPECIES, 0.999f);
    FloatVector b = FloatVector.broadcast(SPECIES, 0.5f);
    FloatVector c0 = b;
    FloatVector c1 = b;
    FloatVector c2 = b;
    FloatVector c3 = b;
    FloatVector c4 = b;
    FloatVector c5 = b;
    FloatVector c6 = b;
    FloatVector c7 = b;
    FloatVector c8 = b;
    FloatVector c9 = b;
    FloatVector c10 = b;
    FloatVector c11 = b;
    for (int i = 0; i < TURNS; i++) {
      c0 = c0.fma(a, b);
      c1 = c1.fma(a, b);
      c2 = c2.fma(a, b);
      c3 = c3.fma(a, b);
      c4 = c4.fma(a, b);
      c5 = c5.fma(a, b);
      c6 = c6.fma(a, b);
      c7 = c7.fma(a, b);
      c8 = c8.fma(a, b);
      c9 = c9.fma(a, b);
      c10 = c10.fma(a, b);
      c11 = c11.fma(a, b);
    }
    return c0.add(c1).add(c2).add(c3).add(c4).add(c5).add(c6).add(c7).add(c8).add(c9).add(c10).add(c11).lane(0);
  }

  @Override
  public float[] result(int count) {
    return new float[] {sink};
  }

  @Override
  public void close() {
    workers.shutdown();
  }
}
