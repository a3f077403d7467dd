package dev.verdict.contracts;

/// Something went wrong between this program and the chain. The message is one line: what, where, what to do.
public abstract sealed class ChainException extends RuntimeException
    permits NodeUnreachableException,
        NodeErrorException,
        WrongChainException,
        WrongContractVersionException,
        ContractRevertedException,
        TransactionFailedException,
        DeploymentFileException,
        SignerException {
  ChainException(String message) {
    super(message);
  }

  ChainException(String message, Throwable cause) {
    super(message, cause);
  }
}
