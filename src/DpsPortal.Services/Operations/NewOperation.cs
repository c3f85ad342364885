using DpsPortal.Services.People;

namespace DpsPortal.Services.Operations;

/// <param name="Holds">What no other running operation may hold.</param>
/// <param name="Id">When something was prepared under it before; otherwise it gets a new one.</param>
internal sealed record NewOperation(
    OperationKind Kind, string Subject, string Holds, Person By, object Intent, string? Reason = null, Guid? Restores = null, Guid? Id = null);
