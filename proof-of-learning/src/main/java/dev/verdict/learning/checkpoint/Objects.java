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
    return read(FolderStore.programName(root), file -> {
      Program program = ProgramCodec.decode(readBytes(file));
      return ProgramCommitment.of(program).programRoot().equals(root) ? Optional.of(program) : Optional.empty();
    });
  }

  /// The tensor with this root; its shape is whatever the file says.
  public Optional<Tensor> tensor(Digest root) {
    return read(FolderStore.tensorName(root), file -> Optional.ofNullable(SafeTensors.read(file).get("tensor"))
        .filter(tensor -> TensorCommitment.root(tensor).equals(root)));
  }

  /// The vector of hashes with this root.
  public Optional<List<Digest>> vector(Digest root) {
    return read(FolderStore.vectorName(root), file -> {
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

  /// The slots of the state after `step` steps with this root, in the program's order. Aliases a read-only mapping.
  public Optional<List<Tensor>> state(Digest root, long step, List<Slot> slots) {
    return read(FolderStore.stateName(root), file -> {
      Map<String, Tensor> named = SafeTensors.read(file);
      List<Tensor> states = new ArrayList<>(slots.size());
      for (Slot slot : slots) {
        Tensor tensor = named.get(slot.name());
        if (tensor == null || tensor.dtype() != slot.dtype() || !tensor.shape().equals(slot.shape())) {
          return Optional.empty();
        }
        states.add(tensor);
      }
      return StateCommitment.of(step, states).root().equals(root) ? Optional.of(states) : Optional.empty();
    });
  }

  private <T> Optional<T> read(String name, Function<Path, Optional<T>> reader) {
    return source.find(name).flatMap(file -> {
      try {
        Optional<T> object = reader.apply(file);
        if (object.isEmpty() && oneself) {
          throw new MalformedFileException(file, "its content does not have the root that it is named by");
        }
        return object;
      } catch (MalformedProgramException e) {
        return damaged(new MalformedFileException(file, e.getMessage(), e));
      } catch (MalformedFileException e) {
        return damaged(e);
      }
    });
  }

  private <T> Optional<T> damaged(MalformedFileException e) {
    if (oneself) {
      throw e;
    }
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
