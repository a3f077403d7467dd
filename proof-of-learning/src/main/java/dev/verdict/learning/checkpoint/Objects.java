package dev.verdict.learning.checkpoint;

import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.commit.StateCommitment;
import dev.verdict.repops.commit.TensorCommitment;
import dev.verdict.repops.commit.VectorCommitment;
import dev.verdict.repops.ir.MalformedProgramException;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.ProgramCodec;
import dev.verdict.repops.ir.ProgramCommitment;
import dev.verdict.repops.ir.Slot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// What a source holds, by root and recomputed to it: a file with any other content counts as not there.
public final class Objects {
  /// 2^20 nodes of 64 instructions would be longer; nobody has such a program.
  private static final long PROGRAM_LIMIT_BYTES = 256L << 20;
  /// What a safetensors header may take for each tensor.
  private static final long HEADER_ROOM_BYTES = 1 << 12;

  private final ObjectSource source;
  private final boolean oneself;

  /// Of somebody else, who may put anything there.
  public Objects(ObjectSource source) {
    this(source, false);
  }

  private Objects(ObjectSource source, boolean oneself) {
    this.source = source;
    this.oneself = oneself;
  }

  /// Of one's own, where a damaged file is an error to be told: reading it throws [MalformedFileException].
  public static Objects ofOneself(ObjectSource source) {
    return new Objects(source, true);
  }

  /// Where they come from, for messages.
  public String location() {
    return source.location();
  }

  /// The program with this root.
  public Optional<Program> program(Digest root) {
    return read(FolderStore.programName(root), PROGRAM_LIMIT_BYTES, file -> {
      Program program = ProgramCodec.decode(readBytes(file));
      return ProgramCommitment.of(program).programRoot().equals(root) ? Optional.of(program) : Optional.empty();
    });
  }

  /// The tensor with this root; its shape is whatever the file says. Copied before it is checked.
  ///
  /// @param limitBytes the most that it can have
  public Optional<Tensor> tensor(Digest root, long limitBytes) {
    return read(FolderStore.tensorName(root), limitBytes + HEADER_ROOM_BYTES,
        file -> Optional.ofNullable(SafeTensors.read(file).get("tensor")).map(Tensor::copy)
            .filter(tensor -> TensorCommitment.root(tensor).equals(root)));
  }

  /// The vector of hashes with this root.
  ///
  /// @param limitLength the most hashes that it can have
  public Optional<List<Digest>> vector(Digest root, long limitLength) {
    return read(FolderStore.vectorName(root), limitLength * Digest.LENGTH_BYTES, file -> {
      byte[] bytes = readBytes(file);
      if (bytes.length % Digest.LENGTH_BYTES != 0) {
        return Optional.empty();
      }
      List<Digest> hashes = new ArrayList<>(bytes.length / Digest.LENGTH_BYTES);
      for (int at = 0; at < bytes.length; at += Digest.LENGTH_BYTES) {
        hashes.add(Digest.of(Arrays.copyOfRange(bytes, at, at + Digest.LENGTH_BYTES)));
      }
      return VectorCommitment.root(hashes).equals(root) ? Optional.of(List.copyOf(hashes)) : Optional.empty();
    });
  }

  /// The slots of the state after `step` steps with this root, in the program's order. Copied before they are checked.
  public Optional<List<Tensor>> state(Digest root, long step, List<Slot> slots) {
    long sizeBytes = slots.stream().mapToLong(slot -> slot.shape().numel() * slot.dtype().widthBytes()).sum();
    long headerBytes = (long) slots.size() * HEADER_ROOM_BYTES;
    return read(FolderStore.stateName(root), sizeBytes + headerBytes, file -> {
      Map<String, Tensor> named = SafeTensors.read(file);
      List<Tensor> states = new ArrayList<>(slots.size());
      for (Slot slot : slots) {
        Tensor tensor = named.get(slot.name());
        if (tensor == null || tensor.dtype() != slot.dtype() || !tensor.shape().equals(slot.shape())) {
          return Optional.empty();
        }
        states.add(tensor.copy());
      }
      return StateCommitment.of(step, states).root().equals(root) ? Optional.of(states) : Optional.empty();
    });
  }

  private <T> Optional<T> read(String name, long limitBytes, Function<Path, Optional<T>> reader) {
    return source.find(name, limitBytes).flatMap(file -> {
      Optional<T> object;
      try {
        object = reader.apply(file);
      } catch (MalformedProgramException e) {
        return damaged(name, new MalformedFileException(file, e.getMessage(), e));
      } catch (MalformedFileException e) {
        return damaged(name, e);
      } catch (UncheckedIOException e) {
        return damaged(name, new MalformedFileException(file, e.getMessage(), e));
      }
      return object.isPresent() ? object : damaged(name,
          new MalformedFileException(file, "its content does not have the root that it is named by"));
    });
  }

  private <T> Optional<T> damaged(String name, MalformedFileException e) {
    if (oneself) {
      throw e;
    }
    source.reject(name);
    return Optional.empty();
  }

  private static byte[] readBytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }
}
