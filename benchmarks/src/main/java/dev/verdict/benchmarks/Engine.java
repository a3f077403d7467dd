package dev.verdict.benchmarks;

import dev.verdict.repops.Tensor;
import java.util.List;

/// A library that computes workloads.
public interface Engine {
  String name();

  /// Makes a workload ready. Throws [NotOfferedException] where the library has no such thing.
  Contender prepare(Workload workload, List<Tensor> operands) throws Exception;
}
