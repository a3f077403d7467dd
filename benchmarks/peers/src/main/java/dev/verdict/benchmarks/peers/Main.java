package dev.verdict.benchmarks.peers;

import dev.verdict.benchmarks.Benchmark;
import dev.verdict.benchmarks.Benchmark.Peer;
import java.util.List;

/// `Main THREADS PATTERN SECONDS CLOCK`: the [Benchmark] with every peer, a JSON document a line on standard output.
public final class Main {
  private Main() {}

  /// In the order in which they are loaded.
  public static List<Peer> peers() {
    return List.of(
        new Peer("onnxruntime", OnnxRuntimeEngine::new),
        new Peer("nd4j", threads -> new Nd4jEngine()),
        new Peer("pytorch", PyTorchEngine::new));
  }

  public static void main(String[] args) throws Exception {
    Benchmark.run(args, peers(), System.out::println);
    // Some peers leave threads behind.
    System.exit(0);
  }
}
