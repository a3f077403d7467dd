package dev.verdict.learning.checkpoint;

import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.commit.TensorCommitment;
import dev.verdict.repops.commit.VectorCommitment;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.ProgramCodec;
import dev.verdict.repops.ir.ProgramCommitment;
import dev.verdict.repops.ir.Slot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// A content-addressed folder (SPEC §5.1). Writing what is there already does nothing. Layout:
///
///     programs/ROOT.vdct        SPEC §3.2.1
///     tensors/ROOT.safetensors  one tensor, named "tensor"
///     vectors/ROOT.hashes       32 bytes an entry
///     states/ROOT.safetensors   a state's slots under their names
public final class FolderStore implements ObjectSource {
  private final Path folder;

  public FolderStore(Path folder) {
    this.folder = folder;
  }

  /// From a path or a `file:` URI.
  public static FolderStore at(String location) {
    return new FolderStore(location.startsWith("file:") ? Path.of(URI.create(location)) : Path.of(location));
  }

  static String programName(Digest root) {
    return "programs/" + root.hex() + ".vdct";
  }

  static String tensorName(Digest root) {
    return "tensors/" + root.hex() + ".safetensors";
  }

  static String vectorName(Digest root) {
    return "vectors/" + root.hex() + ".hashes";
  }

  static String stateName(Digest root) {
    return "states/" + root.hex() + ".safetensors";
  }

  @Override
  public Optional<Path> find(String name, long limitBytes) {
    Path file = folder.resolve(name);
    try {
      return Files.isRegularFile(file) && Files.size(file) <= limitBytes ? Optional.of(file) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public String location() {
    return folder.toAbsolutePath().toUri().toString();
  }

  /// Stores `program`; gives its root.
  public Digest put(Program program) {
    Digest root = ProgramCommitment.of(program).programRoot();
    byte[] encoding = ProgramCodec.encode(program);
    writeOnce(programName(root), file -> AtomicFile.write(file, channel -> channel.write(ByteBuffer.wrap(encoding))));
    return root;
  }

  /// Stores `tensor`; gives its root.
  public Digest put(Tensor tensor) {
    Digest root = TensorCommitment.root(tensor);
    putTensor(root, tensor);
    return root;
  }

  /// Stores `tensor` under `root`, which the caller has computed from it.
  public void putTensor(Digest root, Tensor tensor) {
    writeOnce(tensorName(root), file -> SafeTensors.write(file, Map.of("tensor", tensor)));
  }

  /// Whether a tensor is stored under `root`.
  public boolean hasTensor(Digest root) {
    return Files.exists(folder.resolve(tensorName(root)));
  }

  /// Stores a vector of hashes; gives its root.
  public Digest put(List<Digest> vector) {
    Digest root = VectorCommitment.root(vector);
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(vector.size(), Digest.LENGTH_BYTES));
    vector.forEach(hash -> bytes.put(hash.bytes()));
    writeOnce(vectorName(root), file -> AtomicFile.write(file, channel -> channel.write(bytes.flip())));
    return root;
  }

  /// Stores a state's tensors under `stateRoot`, which the caller has computed from them.
  public void putState(Digest stateRoot, List<Slot> slots, List<Tensor> states) {
    Map<String, Tensor> named = new LinkedHashMap<>();
    for (int i = 0; i < slots.size(); i++) {
      named.put(slots.get(i).name(), states.get(i));
    }
    writeOnce(stateName(stateRoot), file -> SafeTensors.write(file, named));
  }

  /// Removes a state, which has been found to be damaged, so that it can be stored again.
  public void removeState(Digest stateRoot) {
    Path file = folder.resolve(stateName(stateRoot));
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + file + ": " + e.getMessage(), e);
    }
  }

  private void writeOnce(String name, Consumer<Path> write) {
    Path file = folder.resolve(name);
    if (!Files.exists(file)) {
      write.accept(file);
    }
  }
}
