package dev.verdict.repops.conformance;

import dev.verdict.repops.ir.Opcode;
import dev.verdict.repops.math.BlockChecksum;
import dev.verdict.repops.math.ChecksumTable;
import dev.verdict.repops.math.Cos;
import dev.verdict.repops.math.Elementary;
import dev.verdict.repops.math.Erf;
import dev.verdict.repops.math.Exp;
import dev.verdict.repops.math.FloatUnaryFunction;
import dev.verdict.repops.math.Log;
import dev.verdict.repops.math.Sin;
import dev.verdict.repops.math.Tanh;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;

/// An elementary function on all 2^32 inputs against the true checksums of `testdata/elementary` (SPEC §2.3).
public final class Exhaustive {
  /// The two ways in which a function is computed.
  public enum Path {
    /// The definition, one input after the other.
    SCALAR,
    /// Whole tensors, in vectors where the machine has them.
    VECTOR;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private Exhaustive() {}

  /// The blocks of 2^20 inputs, out of 4,096, in which `function` gives anything but the truth, ascending.
  ///
  /// @param done told how many blocks have been looked at, from any thread
  public static List<Integer> wrongBlocks(Opcode function, Path path, int threads, IntConsumer done) {
    ChecksumTable table = ChecksumTable.parse(
        TestVectors.lines("elementary/" + function.name().toLowerCase(Locale.ROOT) + ".blocks.txt"));
    return wrongBlocks(checksums(function, path), table, BlockChecksum.BLOCKS, threads, done);
  }

  static IntFunction<BlockChecksum> checksums(Opcode function, Path path) {
    return switch (path) {
      case SCALAR -> {
        FloatUnaryFunction f = scalar(function);
        yield block -> BlockChecksum.of(block, f);
      }
      case VECTOR -> {
        BiConsumer<MemorySegment, MemorySegment> f = vector(function);
        ThreadLocal<float[]> arguments = ThreadLocal.withInitial(() -> new float[BlockChecksum.BLOCK_SIZE]);
        ThreadLocal<float[]> results = ThreadLocal.withInitial(() -> new float[BlockChecksum.BLOCK_SIZE]);
        yield block -> {
          float[] values = arguments.get();
          int first = BlockChecksum.firstInput(block);
          for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(first + i);
          }
          // Not in place: that may have slower code of its own (`ElementaryTest` runs it on sample blocks).
          f.accept(MemorySegment.ofArray(results.get()), MemorySegment.ofArray(values));
          return BlockChecksum.ofResults(block, results.get());
        };
      }
    };
  }

  private static FloatUnaryFunction scalar(Opcode function) {
    return switch (function) {
      case EXP -> Exp::exp;
      case LOG -> Log::log;
      case TANH -> Tanh::tanh;
      case ERF -> Erf::erf;
      case SIN -> Sin::sin;
      case COS -> Cos::cos;
      default -> throw new IllegalArgumentException(function + " is no elementary function");
    };
  }

  private static BiConsumer<MemorySegment, MemorySegment> vector(Opcode function) {
    return switch (function) {
      case EXP -> Elementary::exp;
      case LOG -> Elementary::log;
      case TANH -> Elementary::tanh;
      case ERF -> Elementary::erf;
      case SIN -> Elementary::sin;
      case COS -> Elementary::cos;
      default -> throw new IllegalArgumentException(function + " is no elementary function");
    };
  }

  /// The first `blocks` blocks, each thread taking the next that is left.
  static List<Integer> wrongBlocks(
      IntFunction<BlockChecksum> actual, ChecksumTable table, int blocks, int threads, IntConsumer done) {
    AtomicInteger next = new AtomicInteger();
    AtomicInteger count = new AtomicInteger();
    List<Integer> wrong = new ArrayList<>();
    try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
      List<Future<List<Integer>>> parts = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        parts.add(workers.submit(() -> {
          List<Integer> part = new ArrayList<>();
          for (int block = next.getAndIncrement(); block < blocks; block = next.getAndIncrement()) {
            if (!actual.apply(block).equals(table.block(block))) {
              part.add(block);
            }
            done.accept(count.incrementAndGet());
          }
          return part;
        }));
      }
      for (Future<List<Integer>> part : parts) {
        wrong.addAll(part.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted with " + count + " of " + blocks + " blocks done", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a block couldn't be computed: " + e.getCause(), e.getCause());
    }
    wrong.sort(null);
    return wrong;
  }
}
