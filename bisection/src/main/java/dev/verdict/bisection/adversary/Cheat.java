package dev.verdict.bisection.adversary;

import dev.verdict.bisection.play.ChallengerPlayer;
import dev.verdict.bisection.play.Player;
import dev.verdict.bisection.play.SolverPlayer;
import dev.verdict.bisection.trace.Computation;
import dev.verdict.bisection.trace.HonestComputation;
import dev.verdict.bisection.trace.ServedObjects;
import dev.verdict.bisection.trace.TraceProvider;
import dev.verdict.repops.DType;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.Executor;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.Slot;
import dev.verdict.repops.ir.Source;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;

/// What a dishonest party does. The step, node and element are picked by the seed.
public enum Cheat {
  /// One bit of one output of a node is flipped.
  OP("flips a bit of one output"),
  /// One accumulator of one fold is flipped, and the fold goes on from it.
  FOLD("flips a bit inside one fold"),
  /// One step is done on other data than the batch that was due.
  DATA("takes another batch"),
  /// One step is left out.
  SKIP_STEP("leaves a step out"),
  /// Another learning rate, from some step on.
  LEARNING_RATE("changes the learning rate"),
  /// A checkpoint is made up, and the run goes on from it.
  CHECKPOINT("makes a checkpoint up"),
  /// One slot of the state after a step isn't what its node gave.
  SLOT("changes the state between two steps"),
  /// Flips a bit as OP does, serves nothing, and stops answering in the middle of the game.
  STALL("stops answering"),
  /// Flips a bit as OP does, and serves nothing: everything has to be demanded.
  WITHHOLD("serves nothing"),
  /// The run is honest; a challenger points at it all the same.
  FRIVOLOUS_CHALLENGE("challenges honest work");

  private static final int TRIED_NODES = 12;
  private static final int TRIED_ELEMENTS = 3;

  private final String words;

  Cheat(String words) {
    this.words = words;
  }

  /// A run to cheat in.
  public record Run(
      Executor executor, Program program, List<Tensor> data, List<Tensor> constants, long steps,
      long checkpointInterval) {
    HonestComputation honest() {
      return new HonestComputation(executor, program, data, constants);
    }
  }

  /// What it does, in words: `flips a bit of one output`.
  public String words() {
    return words;
  }

  /// Whether the claim is false. Where it isn't, it is the challenger who cheats.
  public boolean isFalseClaim() {
    return this != FRIVOLOUS_CHALLENGE;
  }

  /// What the solver computes. Running it throws [IneffectiveCheatException] where the deviation would change nothing.
  public Computation computation(Run run, long seed) {
    // Neighbouring seeds give java.util.Random's first numbers almost alike; this parts them.
    Random random = new Random(seed * 0x9e3779b97f4a7c15L);
    HonestComputation honest = run.honest();
    long step = (long) (random.nextDouble() * run.steps());
    return switch (this) {
      case FRIVOLOUS_CHALLENGE -> honest;
      case OP, STALL, WITHHOLD -> deviation(honest, step, flippedOutputs(honest, random));
      case FOLD -> deviation(honest, step, flippedAccumulators(honest, random));
      case DATA -> deviation(honest, step, otherBatches(run, random));
      case SKIP_STEP -> deviation(honest, step, List.of(new Ways.Next(honest, "the step is left out",
          (states, next) -> {
            for (int s = 0; s < next.size(); s++) {
              next.get(s).copyFrom(states.get(s));
            }
          })));
      case LEARNING_RATE ->
        new Deviation(name(), honest, step, run.steps() - 1, otherRates(honest, random));
      case CHECKPOINT -> {
        long count = (run.steps() - 1) / run.checkpointInterval() + 1;
        long index = 1 + step / run.checkpointInterval();
        long end = index == count ? run.steps() : index * run.checkpointInterval();
        yield deviation(honest, end - 1, List.of(new Ways.Next(honest, "checkpoint " + index + " is made up",
            (states, next) -> next.forEach(tensor -> makeUp(tensor, new Random(seed))))));
      }
      case SLOT -> deviation(honest, step, changedSlots(honest, random));
    };
  }

  private Deviation deviation(HonestComputation honest, long step, List<? extends Deviation.Way> ways) {
    return new Deviation(name(), honest, step, step, ways);
  }

  /// The solver, over the run that [#computation] gives.
  public Player solver(TraceProvider trace, long seed) {
    SolverPlayer solver = new SolverPlayer(trace);
    return this == STALL ? new StallingPlayer(solver, 1 + new Random(seed).nextInt(3)) : solver;
  }

  /// What is served of what there is to serve.
  public ServedObjects served(ServedObjects all) {
    return this == WITHHOLD || this == STALL ? ServedObjects.NONE : all;
  }

  /// The challenger: `honest`, but where it is the one that cheats.
  public Player challenger(ChallengerPlayer honest, Program program, long seed) {
    return this == FRIVOLOUS_CHALLENGE ? new FrivolousChallenger(program, seed) : honest;
  }

  // ------------------------------------------------------------------ where

  /// Nodes that some slot depends on: products (folds with an FMA) first, then other folds, then the rest, each in an
  /// order of the seed's.
  private static List<Integer> targets(Program program, Random random) {
    List<Integer> nodes = new ArrayList<>(reaching(program));
    Collections.shuffle(nodes, random);
    nodes.sort(Comparator.comparingInt(n -> {
      Node node = program.nodes().get(n);
      boolean folds = node.foldLength() > 1;
      boolean multiplies = node.body().stream().anyMatch(i -> i.op() == Opcode.FMA);
      return folds && multiplies ? 0 : folds ? 1 : 2;
    }));
    return nodes.subList(0, Math.min(nodes.size(), TRIED_NODES));
  }

  private static SortedSet<Integer> reaching(Program program) {
    SortedSet<Integer> nodes = new TreeSet<>();
    for (Slot slot : program.slots()) {
      if (slot.next() != Slot.UNCHANGED) {
        nodes.add(slot.next());
      }
    }
    for (int n = program.nodes().size() - 1; n >= 0; n--) {
      if (nodes.contains(n)) {
        for (Input input : program.nodes().get(n).inputs()) {
          if (input.source() instanceof Source.NodeOutput(int index)) {
            nodes.add(index);
          }
        }
      }
    }
    return nodes;
  }

  /// From a bit in the middle up to those that nothing rounds away.
  private static List<Integer> bits(DType dtype) {
    return switch (dtype) {
      case F32 -> List.of(12, 20, 23, 30, 31);
      case I32 -> List.of(0, 3, 16, 31);
      case U8 -> List.of(0, 3, 7);
    };
  }

  private static long below(Random random, long limit) {
    return (long) (random.nextDouble() * limit);
  }

  // ------------------------------------------------------------------ how

  private static List<Ways.Output> flippedOutputs(HonestComputation honest, Random random) {
    List<Ways.Output> ways = new ArrayList<>();
    for (int n : targets(honest.program(), random)) {
      Node node = honest.program().nodes().get(n);
      for (int i = 0; i < TRIED_ELEMENTS; i++) {
        long element = below(random, node.out().numel());
        for (int bit : bits(node.dtype())) {
          ways.add(new Ways.Output(
              honest, n, "bit " + bit + " of element " + element, output -> Ways.flip(output, element, bit)));
        }
      }
    }
    return ways;
  }

  private static List<Ways.Accumulator> flippedAccumulators(HonestComputation honest, Random random) {
    List<Ways.Accumulator> ways = new ArrayList<>();
    for (int n : targets(honest.program(), random)) {
      Node node = honest.program().nodes().get(n);
      if (node.foldLength() > 1) {
        for (int i = 0; i < TRIED_ELEMENTS; i++) {
          long element = below(random, node.out().numel());
          long position = below(random, node.foldLength());
          for (int bit : bits(node.dtype())) {
            ways.add(new Ways.Accumulator(honest, n, element, position, bit));
          }
        }
      }
    }
    return ways;
  }

  /// Data sets whose rows begin somewhere else.
  private static List<Ways.Other> otherBatches(Run run, Random random) {
    List<Ways.Other> ways = new ArrayList<>();
    for (int i = 0; i < TRIED_ELEMENTS && !run.data().isEmpty(); i++) {
      double shift = random.nextDouble();
      List<Tensor> others = run.data().stream().map(tensor -> rotated(tensor, shift)).toList();
      ways.add(new Ways.Other(
          new HonestComputation(run.executor(), run.program(), others, run.constants()), "another batch"));
    }
    return ways;
  }

  private static Tensor rotated(Tensor tensor, double shift) {
    long rows = tensor.shape().rank() == 0 ? 1 : tensor.shape().dim(0);
    long rowBytes = tensor.sizeBytes() / rows;
    long by = rows == 1 ? 0 : 1 + (long) (shift * (rows - 1));
    Tensor other = Tensor.zeros(tensor.dtype(), tensor.shape());
    MemorySegment.copy(tensor.segment(), by * rowBytes, other.segment(), 0, (rows - by) * rowBytes);
    MemorySegment.copy(tensor.segment(), 0, other.segment(), (rows - by) * rowBytes, by * rowBytes);
    return other;
  }

  /// Twice the output of the node that gives the rate; where none is called so, of another that the state depends on.
  private static List<Ways.Output> otherRates(HonestComputation honest, Random random) {
    List<Integer> nodes = new ArrayList<>(targets(honest.program(), random));
    for (int n : reaching(honest.program())) {
      if (honest.program().nodes().get(n).label().toLowerCase(Locale.ROOT).contains("rate")) {
        nodes.remove((Integer) n);
        nodes.add(0, n);
      }
    }
    List<Ways.Output> ways = new ArrayList<>();
    for (int n : nodes) {
      if (honest.program().nodes().get(n).dtype() == DType.F32) {
        ways.add(new Ways.Output(honest, n, "twice the output", output -> {
          for (long e = 0; e < output.numel(); e++) {
            output.setFloat(e, output.getFloat(e) * 2);
          }
        }));
      }
    }
    return ways;
  }

  private static List<Ways.Next> changedSlots(HonestComputation honest, Random random) {
    List<Slot> slots = honest.program().slots();
    List<Ways.Next> ways = new ArrayList<>();
    for (int i = 0; i < TRIED_ELEMENTS; i++) {
      int slot = random.nextInt(slots.size());
      long element = below(random, slots.get(slot).shape().numel());
      for (int bit : bits(slots.get(slot).dtype())) {
        ways.add(new Ways.Next(honest, "bit " + bit + " of element " + element + " of slot " + slots.get(slot).name(),
            (states, next) -> Ways.flip(next.get(slot), element, bit)));
      }
    }
    return ways;
  }

  private static void makeUp(Tensor tensor, Random random) {
    for (long e = 0; e < tensor.numel(); e++) {
      if (tensor.dtype() == DType.F32) {
        tensor.setFloat(e, (float) random.nextGaussian());
      } else {
        tensor.setLong(e, random.nextInt(100));
      }
    }
  }
}
