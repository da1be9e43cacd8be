# Tab completion of mullion: the command that was typed says what can come next, or that it is the name of a file.
function __mullion_complete
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    set -l program $words[1]
    set -e words[1]
    set -l reply ($program complete -- $words "$word" 2>/dev/null)
    if test "$reply[1]" = :files
        set -l parts (string match -r '^(--[^=]+=)(.*)$' -- "$word")
        if test (count $parts) -eq 3
            for path in (__fish_complete_path $parts[3])
                echo $parts[2]$path
            end
        else
            __fish_complete_path "$word"
        end
    else
        printf '%s\n' $reply
    end
end
complete -c mullion -f -a '(__mullion_complete)'
