package dev.verdict.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.ir.Slot;
import dev.verdict.repops.op.BuiltGraph;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkloadsTest {
  @Test
  void all_names_areUnique() {
    assertThat(Workloads.all()).extracting(Workload::name).doesNotHaveDuplicates().hasSize(24);
  }

  /// Results are chosen and read by name: it must say what is computed.
  @Test
  void all_names_sayTheSizes() {
    for (Workload workload : Workloads.all()) {
      String name = workload.name();
      switch (workload) {
        case Workload.MatMul w -> {
          String sizes = w.m() == w.n() && w.n() == w.k() ? "" + w.m() : w.m() + "x" + w.n() + "x" + w.k();
          assertThat(name).startsWith("matmul ").endsWith(" " + sizes);
          assertThat(name.contains("A'")).as(name).isEqualTo(w.transposeA());
          assertThat(name.contains("B'")).as(name).isEqualTo(w.transposeB());
        }
        case Workload.Conv w -> assertThat(name).isEqualTo("conv " + w.kernel() + "x" + w.kernel()
            + (w.stride() == 1 ? "" : "/" + w.stride()) + " " + w.c() + "-" + w.m() + " on " + w.side() + "x" + w.side()
            + ", batch " + w.n() + (w.backward() ? ", with gradients" : ""));
        case Workload.Map w -> assertThat(name).endsWith(" " + w.n());
        case Workload.Rowwise w -> assertThat(name).endsWith(" " + w.rows() + "x" + w.columns());
        case Workload.Attention w ->
            assertThat(name).isEqualTo("attention causal " + w.heads() + "x" + w.sequence() + "x" + w.size());
        case Workload.Commitment w -> assertThat(name).isEqualTo("commitment " + w.megabytes() + " MiB");
        case Workload.Training w -> assertThat(name).isEqualTo("training step " + w.model().label());
      }
    }
  }

  /// The graph is built from the operands, and gives results of the shapes that the sizes promise.
  @Test
  void all_shapes_fitTogether() {
    for (Workload workload : Workloads.all()) {
      List<Shape> results = switch (workload) {
        case Workload.MatMul w -> List.of(Shape.of(w.m(), w.n()));
        case Workload.Map w -> List.of(Shape.of(w.n()));
        case Workload.Rowwise w -> List.of(Shape.of(w.rows(), w.columns()));
        case Workload.Conv w -> {
          Shape y = Shape.of(w.n(), w.m(), w.outSide(), w.outSide());
          yield w.backward() ? List.of(y, w.operands().get(0), w.operands().get(1)) : List.of(y);
        }
        case Workload.Attention w -> List.of(w.operands().getFirst());
        case Workload.Commitment w -> List.of();
        case Workload.Training w -> List.of();
      };
      if (!results.isEmpty()) {
        BuiltGraph graph = VerdictEngine.program(workload);
        assertThat(graph.outputs().values()).extracting(n -> graph.program().nodes().get(n).out())
            .as(workload.name()).containsExactlyElementsOf(results);
      }
    }
  }

  /// Multiplications and additions of the definition, elements, bytes or steps.
  @Test
  void all_work_isThatOfTheDefinition() {
    for (Workload workload : Workloads.all()) {
      double work = switch (workload) {
        case Workload.MatMul w -> 2.0 * w.m() * w.n() * w.k() / 1e9;
        case Workload.Map w -> w.n() / 1e9;
        case Workload.Rowwise w -> (double) w.rows() * w.columns() / 1e9;
        // Forward, and twice as much again for the gradients of images and kernels.
        case Workload.Conv w -> (w.backward() ? 3 : 1) * 2.0 * Shape.of(w.n(), w.m(), w.outSide(), w.outSide()).numel()
            * w.c() * w.kernel() * w.kernel() / 1e9;
        case Workload.Attention w -> 2 * 2.0 * w.heads() * w.sequence() * w.sequence() * w.size() / 1e9;
        case Workload.Commitment w -> w.operands().getFirst().numel() * 4.0 / 1e9;
        case Workload.Training w -> 1;
      };
      assertThat(workload.work()).as(workload.name()).isPositive().isCloseTo(work, within(1e-12 * work));
      assertThat(workload.isProduct()).as(workload.name()).isEqualTo(workload.unit().equals("GFLOP/s"));
    }
  }

  @Test
  void trainedModels_parameters_areAsManyAsDocumented() {
    assertThat(parameters(TrainedModel.MLP)).isEqualTo(269_322);
    assertThat(parameters(TrainedModel.CNN)).isEqualTo(20_490);
    assertThat(parameters(TrainedModel.TRANSFORMER)).isBetween(9_750_000L, 9_850_000L);
  }

  private static long parameters(TrainedModel model) {
    return TrainedModel.parameters(model.program()).values().stream().mapToLong(Tensor::numel).sum();
  }

  /// A step that follows another one reads the same rows.
  @Test
  void trainedModels_data_areOneBatch() {
    for (TrainedModel model : List.of(TrainedModel.MLP, TrainedModel.CNN)) {
      for (Tensor data : model.data()) {
        assertThat(data.shape().dim(0)).isEqualTo(model.batch());
      }
      assertThat(model.data().get(1).toString()).isEqualTo("U8[" + model.batch() + "]");
    }
    for (TrainedModel model : TrainedModel.values()) {
      BuiltGraph graph = model.program();
      assertThat(model.data()).hasSameSizeAs(graph.program().data());
      assertThat(graph.program().slots()).extracting(Slot::next).doesNotContain(Slot.UNCHANGED);
    }
  }
}
