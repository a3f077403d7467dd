package dev.verdict.repops.exec.cpu;

import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.Liveness;
import dev.verdict.repops.exec.MemoryReport;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.Source;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A program's stages in the order in which they run, with the memory that they share. A run allocates nothing that
/// grows with the tensors.
final class Pipeline {
  private final Program program;
  private final Set<Integer> kept;
  private final List<Stage> stages = new ArrayList<>();
  private final Stage.Memory memory;
  private final MemoryReport report;
  /// For each node its place in the arena, as a tensor; of a kept one the tensor of this run.
  private final @Nullable Tensor[] outputs;

  Pipeline(
      Program program, Set<Integer> kept, List<Group> groups, Kernels kernels, Tuning tuning, Blocking blocking,
      int threads) {
    this.program = program;
    this.kept = kept;
    List<Node> nodes = program.nodes();
    int[] points = new int[nodes.size()];
    Arrays.fill(points, -1);
    for (int g = 0; g < groups.size(); g++) {
      for (int n : groups.get(g).nodes()) {
        points[n] = g;
      }
    }
    boolean[] stored = stored(points);
    Scratch.Size size = Scratch.Size.NONE;
    long blockBytes = 0;
    for (Group group : groups) {
      Stage stage = stage(group, stored, kernels, tuning, blocking, threads);
      stages.add(stage);
      size = size.max(stage.scratch());
      blockBytes = Math.max(blockBytes, stage.blockBytes());
    }

    Liveness liveness = Liveness.of(program, kept, points, stored);
    List<Integer> placed = new ArrayList<>();
    List<MemoryPlan.Buffer> buffers = new ArrayList<>();
    for (int n = 0; n < points.length; n++) {
      if (stored[n] && !kept.contains(n)) {
        placed.add(n);
        buffers.add(new MemoryPlan.Buffer(
            Liveness.sizeBytes(nodes.get(n)), liveness.first()[n], liveness.last()[n]));
      }
    }
    MemoryPlan plan = MemoryPlan.of(buffers);
    Arena arena = Arena.ofAuto();
    MemorySegment all = arena.allocate(Math.max(1, plan.arenaBytes()), Tensor.alignment(plan.arenaBytes()));
    this.outputs = new Tensor[nodes.size()];
    for (int i = 0; i < placed.size(); i++) {
      int n = placed.get(i);
      outputs[n] = Tensor.of(nodes.get(n).dtype(), nodes.get(n).out(),
          all.asSlice(plan.offsets()[i], Liveness.sizeBytes(nodes.get(n))));
    }
    Scratch[] scratch = new Scratch[threads];
    MemorySegment[] blocks = new MemorySegment[threads];
    for (int t = 0; t < threads; t++) {
      scratch[t] = Scratch.allocate(size);
      blocks[t] = arena.allocate(Math.max(1, blockBytes), 64);
    }
    this.memory = new Stage.Memory(
        new MemorySegment[program.slots().size()], new MemorySegment[program.data().size()],
        new MemorySegment[program.constants().size()], new MemorySegment[nodes.size()], scratch, blocks);
    this.report = new MemoryReport(liveness.inputs(), liveness.kept(), plan.arenaBytes(),
        threads * (size.bytes() + blockBytes), tableBytes(stages), liveness.peak());
  }

  private Stage stage(
      Group group, boolean[] stored, Kernels kernels, Tuning tuning, Blocking blocking, int threads) {
    if (group.nodes().size() == 1) {
      int n = group.nodes().getFirst();
      Node node = program.nodes().get(n);
      return new NodeStage(n, node, kernels.of(n, node, threads), threads, tuning.worthSharing());
    }
    Optional<RowStage> rows = RowStage.of(program, group, stored, kernels, tuning, blocking, threads);
    return rows.isPresent() ? rows.get()
        : new BlockStage(program, group, stored, kernels, blocking, threads, tuning.worthSharing());
  }

  private static long tableBytes(List<Stage> stages) {
    Set<NodeKernel> kernels = Collections.newSetFromMap(new IdentityHashMap<>());
    stages.forEach(stage -> stage.kernels(kernels::add));
    return kernels.stream().mapToLong(NodeKernel::tableBytes).sum();
  }

  /// Which outputs have a place: those that are kept, or alone in their group, or read outside it.
  private boolean[] stored(int[] points) {
    boolean[] stored = new boolean[points.length];
    int[] members = new int[points.length + 1];
    for (int point : points) {
      members[point + 1]++;
    }
    for (int n = 0; n < points.length; n++) {
      stored[n] |= points[n] >= 0 && (kept.contains(n) || members[points[n] + 1] == 1);
      for (Input input : program.nodes().get(n).inputs()) {
        if (points[n] >= 0 && input.source() instanceof Source.NodeOutput(int read)) {
          stored[read] |= points[read] != points[n];
        }
      }
    }
    return stored;
  }

  /// @param results where the outputs of kept nodes go, by node
  void run(long step, StepInputs inputs, @Nullable Tensor[] results, Crew crew, NodeObserver observer) {
    fill(memory.states(), inputs.states());
    fill(memory.data(), inputs.data());
    fill(memory.constants(), inputs.constants());
    for (int n = 0; n < outputs.length; n++) {
      if (results[n] != null) {
        outputs[n] = results[n];
      }
      Tensor output = outputs[n];
      memory.nodes()[n] = output == null ? MemorySegment.NULL : output.segment();
    }
    for (int g = 0; g < stages.size(); g++) {
      stages.get(g).run(step, memory, crew);
      if (observer != NodeObserver.NONE) {
        observer.computed(g, Objects.requireNonNull(outputs[g]));
      }
    }
  }

  private static void fill(MemorySegment[] segments, List<Tensor> tensors) {
    for (int i = 0; i < segments.length; i++) {
      segments[i] = tensors.get(i).segment();
    }
  }

  MemoryReport report() {
    return report;
  }
}
