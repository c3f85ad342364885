using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Enrollments;

namespace DpsPortal.Provisioning.Storage;

/// <summary>A query of a page of records as SQL over what indexes hold: instance, kind and id; with group; of an unusual status.</summary>
internal sealed class RecordListing
{
    /// <summary>No id has a greater letter.</summary>
    private const char Last = '\uffff';

    private readonly List<object?> _values;
    private readonly string _narrowed;
    private readonly string _page;

    public RecordListing(long instance, RecordQuery query)
    {
        Kind = query.Kind;
        Instance = instance;
        _values = [instance, (int)query.Kind];
        _narrowed = "InstanceId = $0 AND Kind = $1";
        if (query.Group is { Length: > 0 } group)
        {
            _narrowed += $" AND GroupId = {Value(RecordRules.Normalize(group))}";
        }

        if (query.Beginning?.Trim() is { Length: > 0 } beginning)
        {
            _narrowed += $" AND Id >= {Value(RecordRules.Normalize(beginning))} AND Id < {Value(RecordRules.Normalize(beginning) + Last)}";
        }

        if (query.Status is { Length: > 0 } status)
        {
            // The second condition lets SQLite use the index that has only these.
            _narrowed += $" AND Status = {Value(status)}{(status is "assigned" or "enabled" ? "" : " AND Status NOT IN ('assigned', 'enabled')")}";
        }

        IsNarrowed = _values.Count > 2;
        IsBackwards = query.Before is not null && query.After is null;
        var descends = query.Descending != IsBackwards;
        var from = (query.After ?? query.Before) is { } limit ? $" AND Id {(descends ? "<" : ">")} {Value(RecordRules.Normalize(limit))}" : "";
        _page = $"{_narrowed}{from} ORDER BY Id{(descends ? " DESC" : "")}";
    }

    public long Instance { get; }

    public RecordKind Kind { get; }

    /// <summary>Whether it is less than all records of the kind.</summary>
    public bool IsNarrowed { get; }

    /// <summary>Whether the page is read from its end: the records come in the reverse of the order that was asked for.</summary>
    public bool IsBackwards { get; }

    public ReadOnlySpan<object?> Values => _values.ToArray();

    public string Page(string columns, int count) => $"SELECT {columns} FROM Records WHERE {_page} LIMIT {count}";

    /// <summary>Counts no further than one more than <paramref name="most"/>.</summary>
    public string Count(int most) => $"SELECT COUNT(*) FROM (SELECT 1 FROM Records WHERE {_narrowed} LIMIT {most + 1})";

    /// <summary>A value is bound; the text has its name alone.</summary>
    private string Value(string value)
    {
        _values.Add(value);
        return $"${_values.Count - 1}";
    }
}
