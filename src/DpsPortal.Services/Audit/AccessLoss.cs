using DpsPortal.Services.People;

namespace DpsPortal.Services.Audit;

/// <summary>How an instance came to be without access to its key, as the activity log has it.</summary>
/// <param name="NoticedAt">When the portal noticed it; who takes access away here sees it at once, others' changes at the next poll.</param>
/// <param name="Origin">Who took it, as far as that can be read.</param>
/// <param name="Revoke">The revoke made here that took it; <see langword="null"/> unless <see cref="AccessLossOrigin.Here"/>.</param>
/// <param name="By">Who started that revoke.</param>
/// <param name="StartedAt">When it was started.</param>
public sealed record AccessLoss(DateTimeOffset NoticedAt, AccessLossOrigin Origin, Guid? Revoke = null, Person? By = null, DateTimeOffset? StartedAt = null);
