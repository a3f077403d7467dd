package dev.verdict.benchmarks;

import dev.verdict.repops.Tensor;
import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// The JDK's SHA-256 of 1 KiB blocks on every thread, and nothing else: what hashing could cost at least.
final class JdkEngine implements Engine {
  private static final int BLOCK = 1024;

  private final int threads;

  JdkEngine(int threads) {
    this.threads = threads;
  }

  @Override
  public String name() {
    return "jdk-sha256";
  }

  @Override
  public Contender prepare(Workload workload, List<Tensor> operands) {
    if (!(workload instanceof Workload.Commitment)) {
      throw new NotOfferedException("");
    }
    ByteBuffer bytes = operands.getFirst().segment().asByteBuffer();
    ExecutorService workers = Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().factory());
    return new Contender() {
      @Override
      public void run() throws Exception {
        List<Future<?>> parts = new ArrayList<>();
        int blocks = bytes.capacity() / BLOCK;
        for (int t = 0; t < threads; t++) {
          int from = (int) ((long) blocks * t / threads);
          int to = (int) ((long) blocks * (t + 1) / threads);
          parts.add(workers.submit(() -> {
            hash(bytes.duplicate(), from, to);
            return null;
          }));
        }
        for (Future<?> part : parts) {
          part.get();
        }
      }

      @Override
      public float[] result(int count) {
        return new float[] {1};
      }

      @Override
      public void close() {
        workers.shutdown();
      }
    };
  }

  private static void hash(ByteBuffer bytes, int from, int to) throws NoSuchAlgorithmException, DigestException {
    MessageDigest sha = MessageDigest.getInstance("SHA-256");
    byte[] block = new byte[BLOCK];
    byte[] digest = new byte[sha.getDigestLength()];
    for (int b = from; b < to; b++) {
      bytes.get(b * BLOCK, block);
      sha.update(block);
      sha.digest(digest, 0, digest.length);
    }
  }
}
