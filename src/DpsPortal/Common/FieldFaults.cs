namespace DpsPortal.Common;

/// <summary>The fields of a form whose text is too long to be sent: what the server has of them is not what the reader sees.</summary>
public sealed class FieldFaults
{
    /// <summary>Code of the refusal to save meanwhile. Its text is in the resources, like those of the services.</summary>
    public const string FieldTooLong = nameof(FieldTooLong);

    private readonly HashSet<object> _fields = [];

    public bool Any => _fields.Count > 0;

    public void Set(object field, bool fault)
    {
        if (fault)
        {
            _fields.Add(field);
        }
        else
        {
            _fields.Remove(field);
        }
    }
}
