using DpsPortal.Services.Audit;
using DpsPortal.Services.Operations;
using DpsPortal.Services.People;

namespace DpsPortal.Services.Storage;

// Times are UTC ticks: SQLite can neither order nor compare DateTimeOffset.

/// <summary>A person as they were when they acted; a later change of name or role does not rewrite history.</summary>
internal sealed class PersonColumns
{
    public required string ObjectId { get; set; }
    public required string DisplayName { get; set; }
    public PortalRole Role { get; set; }

    public static PersonColumns Of(Person person) => new() { ObjectId = person.ObjectId, DisplayName = person.DisplayName, Role = person.Role };

    public Person ToPerson() => new(ObjectId, DisplayName, Role);
}

internal sealed class OperationRow
{
    /// <summary>Order in which operations began.</summary>
    public long Sequence { get; set; }
    public Guid Id { get; set; }
    public OperationKind Kind { get; set; }
    public required string Subject { get; set; }

    /// <summary>What only one running operation may hold: a key, or the name of an instance to be.</summary>
    public required string Holds { get; set; }
    public OperationState State { get; set; }
    public required PersonColumns By { get; set; }
    public string? Reason { get; set; }

    /// <summary>What was asked for; never changes.</summary>
    public required string Intent { get; set; }

    /// <summary>What has been found out or made since.</summary>
    public string? Facts { get; set; }

    /// <summary>Why it did not succeed, as soon as that is known; it may still have steps to do.</summary>
    public string? Failure { get; set; }

    /// <summary>The state it will end in when something has failed.</summary>
    public OperationState? Verdict { get; set; }

    /// <summary>No further step runs; what was prepared is taken back.</summary>
    public bool Stopped { get; set; }
    public long StartedAt { get; set; }
    public long? FinishedAt { get; set; }

    /// <summary>Of a restoration: the revocation that it undoes.</summary>
    public Guid? Restores { get; set; }
    public List<StepRow> Steps { get; set; } = [];
}

internal sealed class StepRow
{
    public long Id { get; set; }
    public long OperationSequence { get; set; }
    public int Position { get; set; }
    public required string Code { get; set; }
    public required string Arguments { get; set; }
    public StepState State { get; set; }
    public int Attempts { get; set; }
    public long? StartedAt { get; set; }
    public long? FinishedAt { get; set; }
}

internal sealed class ActivityRow
{
    public long Sequence { get; set; }
    public long At { get; set; }
    public required string Code { get; set; }
    public required string Subject { get; set; }
    public required string Arguments { get; set; }
    public ActivityResult Result { get; set; }
    public PersonColumns? By { get; set; }
    public Guid? Operation { get; set; }
    public string? Refusal { get; set; }
    public List<ActivityKeyRow> Keys { get; set; } = [];
}

/// <summary>A key that an entry concerns although it is about something else: an instance that lost access because of it, or moved to it.</summary>
internal sealed class ActivityKeyRow
{
    /// <summary>As a subject: canonical and versionless.</summary>
    public required string Key { get; set; }
    public long Sequence { get; set; }
}

/// <summary>
/// An identity or role assignment made for an instance that does not exist yet. Written before it is made, gone when the
/// instance exists; what is left after a crash is taken back.
/// </summary>
internal sealed class PreparedRow
{
    public long Sequence { get; set; }

    /// <summary>The operation, begun or still to begin, that it was prepared for. The same thing can have more than one owner.</summary>
    public Guid Owner { get; set; }
    public required string Identity { get; set; }

    /// <summary>The key a role is assigned on, and to whom; <see langword="null"/> for the identity itself.</summary>
    public string? Key { get; set; }
    public string? PrincipalId { get; set; }
}
