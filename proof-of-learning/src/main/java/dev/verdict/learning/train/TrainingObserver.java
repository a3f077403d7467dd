package dev.verdict.learning.train;

/// Hears how a run is going.
public interface TrainingObserver {
  /// Hears nothing.
  TrainingObserver NONE = (stepsDone, loss) -> {};

  /// After each step.
  ///
  /// @param loss what the program's loss node gave, NaN where it has none
  void stepped(long stepsDone, float loss);
}
