namespace DpsPortal.Provisioning.Contract;

/// <summary>How an operation came in.</summary>
public enum OperationProtocol
{
    /// <summary>A call of the in-process contract, such as a page of the portal.</summary>
    Contract = 1,
    Http = 2,
}
