package dev.verdict.repops.commit;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import java.lang.management.ManagementFactory;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;

/// Measures the rate at which tensors are committed to against the rate at which the JDK's SHA-256 hashes blocks of
/// 1 KiB, on one thread and on all: run `main`.
final class HashBenchmark {
  private static final int SAMPLES = 15;
  private static final int BYTES = 64 << 20;

  private HashBenchmark() {}

  public static void main(String[] args) throws Exception {
    Tensor tensor = Tensor.zeros(DType.F32, Shape.of(BYTES / 4));
    Random random = new Random(1);
    for (long i = 0; i < tensor.numel(); i++) {
      tensor.setFloat(i, random.nextFloat());
    }
    int processors = Runtime.getRuntime().availableProcessors();
    double[][] rates = new double[6][SAMPLES];
    for (int s = -4; s < SAMPLES; s++) {
      double[] now = {
        rate(true, () -> plain(1)), rate(true, () -> TensorCommitment.root(tensor, 1)),
        rate(true, () -> TensorCommitment.of(tensor, 1)),
        rate(false, () -> plain(processors)), rate(false, () -> TensorCommitment.root(tensor)),
        rate(false, () -> TensorCommitment.of(tensor))
      };
      for (int p = 0; s >= 0 && p < now.length; p++) {
        rates[p][s] = now[p];
      }
    }
    String[] names = {"JDK SHA-256 of 1 KiB, 1 thread", "root, 1 thread", "tree, 1 thread",
      "JDK SHA-256 of 1 KiB, " + processors + " threads", "root, all", "tree, all"};
    for (int p = 0; p < rates.length; p++) {
      Arrays.sort(rates[p]);
    }
    for (int p = 0; p < rates.length; p++) {
      System.out.printf("%-34s %.3f GB/s  %.3f%n", names[p], rates[p][SAMPLES / 2],
          rates[p][SAMPLES / 2] / rates[p / 3 * 3][SAMPLES / 2]);
    }
  }

  private interface Task {
    void run() throws Exception;
  }

  /// By this thread's processor time where it works alone, so that a busy machine doesn't show.
  private static double rate(boolean alone, Task task) throws Exception {
    long start = alone ? ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() : System.nanoTime();
    task.run();
    long end = alone ? ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() : System.nanoTime();
    return (double) BYTES / (end - start);
  }

  private static void plain(int threads) throws Exception {
    if (threads == 1) {
      blocks(BYTES / 1024);
      return;
    }
    try (ForkJoinPool pool = new ForkJoinPool(threads)) {
      pool.submit(() -> IntStream.range(0, threads).parallel().forEach(t -> blocks(BYTES / 1024 / threads))).get();
    }
  }

  private static void blocks(int count) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      byte[] block = new byte[1024];
      byte[] hash = new byte[32];
      for (int i = 0; i < count; i++) {
        block[i & 1023] ^= (byte) i;
        sha.update(block, 0, block.length);
        sha.digest(hash, 0, 32);
      }
    } catch (NoSuchAlgorithmException | DigestException e) {
      throw new AssertionError(e);
    }
  }
}
