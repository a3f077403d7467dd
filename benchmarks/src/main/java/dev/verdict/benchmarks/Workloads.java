package dev.verdict.benchmarks;

import dev.verdict.benchmarks.Workload.Attention;
import dev.verdict.benchmarks.Workload.Commitment;
import dev.verdict.benchmarks.Workload.Conv;
import dev.verdict.benchmarks.Workload.Function;
import dev.verdict.benchmarks.Workload.Map;
import dev.verdict.benchmarks.Workload.MatMul;
import dev.verdict.benchmarks.Workload.RowFunction;
import dev.verdict.benchmarks.Workload.Rowwise;
import dev.verdict.benchmarks.Workload.Training;
import java.util.List;

/// What is measured.
final class Workloads {
  private Workloads() {}

  static List<Workload> all() {
    return List.of(
        new MatMul("matmul 256", 256, 256, 256, false, false),
        new MatMul("matmul 1024", 1024, 1024, 1024, false, false),
        new MatMul("matmul 2048", 2048, 2048, 2048, false, false),
        new MatMul("matmul tall 16384x128x512", 16384, 128, 512, false, false),
        new MatMul("matmul wide 128x16384x512", 128, 16384, 512, false, false),
        new MatMul("matmul A'B 1024", 1024, 1024, 1024, true, false),
        new MatMul("matmul AB' 1024", 1024, 1024, 1024, false, true),
        new MatMul("matmul A'B 512x2048x4096", 512, 2048, 4096, true, false),
        new MatMul("matmul AB' 4096x512x2048", 4096, 512, 2048, false, true),
        new Map(Function.EXP, 10_000_000),
        new Map(Function.GELU, 10_000_000),
        new Rowwise(RowFunction.SOFTMAX, 10_000, 1_000),
        new Rowwise(RowFunction.LAYERNORM, 10_000, 1_000),
        new Conv("conv 3x3 64-64 on 56x56, batch 4", 4, 64, 56, 64, 3, 1, 1, false),
        new Conv("conv 3x3/2 128-256 on 28x28, batch 4", 4, 128, 28, 256, 3, 2, 1, false),
        new Conv("conv 1x1 256-64 on 56x56, batch 4", 4, 256, 56, 64, 1, 1, 0, false),
        new Conv("conv 3x3 64-64 on 56x56, batch 4, with gradients", 4, 64, 56, 64, 3, 1, 1, true),
        new Conv("conv 1x1 256-64 on 56x56, batch 4, with gradients", 4, 256, 56, 64, 1, 1, 0, true),
        new Attention(8, 512, 64),
        new Attention(12, 512, 64),
        new Commitment(64),
        new Training(TrainedModel.MLP),
        new Training(TrainedModel.CNN),
        new Training(TrainedModel.TRANSFORMER));
  }
}
