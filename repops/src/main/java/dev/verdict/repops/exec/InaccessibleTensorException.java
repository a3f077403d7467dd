package dev.verdict.repops.exec;

import dev.verdict.repops.Tensor;
import java.lang.foreign.MemorySegment;

/// A tensor of a step lies in memory that not every thread of its executor may touch.
public final class InaccessibleTensorException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /// Any thread but the calling one; it is never started.
  private static final Thread ANOTHER = Thread.ofPlatform().inheritInheritableThreadLocals(false).unstarted(() -> {});

  private InaccessibleTensorException(String message) {
    super(message);
  }

  /// As [#requireAccessible], and throws where `tensor` can't be written.
  static void requireWritable(String place, Tensor tensor, int threads) {
    requireAccessible(place, tensor, threads);
    if (tensor.segment().isReadOnly()) {
      throw new InaccessibleTensorException(place + ": its memory is read-only; give a result memory of its own");
    }
  }

  /// Throws where `tensor` can't be used by the calling thread or, where `threads` is more than one, by others.
  ///
  /// @param place that the tensor has in the step, for people
  static void requireAccessible(String place, Tensor tensor, int threads) {
    MemorySegment segment = tensor.segment();
    if (!segment.scope().isAlive()) {
      throw new InaccessibleTensorException(place + ": its arena has been closed");
    }
    if (!segment.isAccessibleBy(Thread.currentThread())) {
      throw new InaccessibleTensorException(place + ": its memory is confined to another thread than the calling one;"
          + " take it from Arena.ofShared() or Arena.ofAuto(), or call from the thread that made its arena");
    }
    if (threads > 1 && !segment.isAccessibleBy(ANOTHER)) {
      throw new InaccessibleTensorException(place + ": its memory is confined to one thread, and this executor computes"
          + " on " + threads + "; take it from Arena.ofShared() or Arena.ofAuto(), or an executor of one thread");
    }
  }
}
